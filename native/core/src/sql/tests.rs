// SPDX-License-Identifier: Apache-2.0

use super::{Backslash, Grammar, rows, values};

const MYSQL: Grammar = Grammar {
    backslash: Backslash::MySql,
    prefixed: false,
    brackets: false,
    hashes: true,
};
const POSTGRESQL: Grammar = Grammar {
    backslash: Backslash::Letter,
    prefixed: true,
    brackets: false,
    hashes: false,
};

#[test]
fn rows_end_where_their_brackets_do() {
    let text = br"(1,'a\')'),('b)''',f(2)), (3";
    let (found, after) = rows(text, 0, MYSQL, b"", true);
    assert_eq!(found, [(0, 10), (11, 24)]);
    assert_eq!(after, 24);
}

#[test]
fn rows_go_on_with_the_same_head() {
    let text =
        b"INSERT t VALUES(1);\nINSERT t VALUES(2)\nGO\nINSERT t VALUES (3);INSERT u VALUES(4)";
    let (found, _) = rows(text, 15, POSTGRESQL, b"INSERT t VALUES", true);
    let ends: Vec<&[u8]> = found
        .iter()
        .map(|&(start, end)| &text[start..end])
        .collect();
    assert_eq!(ends, [b"(1)", b"(2)", b"(3)"]);
}

#[test]
fn nothing_unusual_is_taken() {
    for text in [
        &b"(E'a')"[..],
        b"($1$)",
        b"(1 -- c\n)",
        b"(/**/1)",
        b"(\"a\")",
        b"(`a`)",
        b"((((((1))))))",
        b"('a",
        b"(1",
        b"",
        b"x",
        b"('a'-",
    ] {
        assert_eq!(rows(text, 0, POSTGRESQL, b"", true), (vec![], 0));
    }
}

#[test]
fn values_are_read() {
    let text = br"(1,'a\'b\n\%', +2.50 ,NULL,N'x',true,f(',')),(,1),(1)";
    let (found, _) = rows(text, 0, MYSQL, b"", true);
    let all: Vec<usize> = (0..7).collect();
    let values = values(text, &found, MYSQL, 7, &all).unwrap();
    assert_eq!(values.fields, [7, 0, 1]);
    assert_eq!(values.rows, 1);
    let texts: Vec<&[u8]> = values
        .columns
        .iter()
        .map(|column| &column.data[..])
        .collect();
    let expected: [&[u8]; 7] = [b"1", b"a'b\n\\%", b"2.50", b"", b"x", b"true", b"f(',')"];
    assert_eq!(texts, expected);
    assert_eq!(values.columns[3].nulls, 1);
    assert_eq!(values.columns[6].deferred, [0]);
}
