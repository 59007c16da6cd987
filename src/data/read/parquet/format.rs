//! Structs of Parquet's metadata: the known fields of each and their types.

/// Type of a known field; unknown fields may have any.
pub(super) enum Expected {
    Bool,
    Byte,
    Integer,
    Double,
    Bytes,
    List(&'static Expected),
    Struct(Fields),
}

/// Known fields of a struct by their numbers.
pub(super) type Fields = &'static [(i64, Expected)];

use Expected::{Bool, Byte, Bytes, Double, Integer, List, Struct};

const NONE: Expected = Struct(&[]);
const UNIT: Expected = Struct(&[(1, NONE), (2, NONE), (3, NONE)]);
const TIME: Expected = Struct(&[(1, Bool), (2, UNIT)]);

const LOGICAL_TYPE: Fields = &[
    (1, NONE),
    (2, NONE),
    (3, NONE),
    (4, NONE),
    (5, Struct(&[(1, Integer), (2, Integer)])),
    (6, NONE),
    (7, TIME),
    (8, TIME),
    (10, Struct(&[(1, Byte), (2, Bool)])),
    (11, NONE),
    (12, NONE),
    (13, NONE),
    (14, NONE),
    (15, NONE),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Bytes)])),
    (18, Struct(&[(1, Bytes), (2, Integer)])),
];

const SCHEMA_ELEMENT: Expected = Struct(&[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Bytes),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, Integer),
    (9, Integer),
    (10, Struct(LOGICAL_TYPE)),
]);

const STATISTICS: Expected = Struct(&[
    (1, Bytes),
    (2, Bytes),
    (3, Integer),
    (4, Integer),
    (5, Bytes),
    (6, Bytes),
    (7, Bool),
    (8, Bool),
    (9, Integer),
]);

const BOX: Expected = Struct(&[
    (1, Double),
    (2, Double),
    (3, Double),
    (4, Double),
    (5, Double),
    (6, Double),
    (7, Double),
    (8, Double),
]);

const KEY_VALUES: Expected = List(&Struct(&[(1, Bytes), (2, Bytes)]));

const COLUMN: Fields = &[
    (1, Integer),
    (2, List(&Integer)),
    (3, List(&Bytes)),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, KEY_VALUES),
    (9, Integer),
    (10, Integer),
    (11, Integer),
    (12, STATISTICS),
    (13, List(&Struct(&[(1, Integer), (2, Integer), (3, Integer)]))),
    (14, Integer),
    (15, Integer),
    (16, Struct(&[(1, Integer), (2, List(&Integer)), (3, List(&Integer))])),
    (17, Struct(&[(1, BOX), (2, List(&Integer))])),
];

const CHUNK: Expected = Struct(&[
    (1, Bytes),
    (2, Integer),
    (3, Struct(COLUMN)),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (9, Bytes),
]);

const ROW_GROUP: Expected = Struct(&[
    (1, List(&CHUNK)),
    (2, Integer),
    (3, Integer),
    (4, List(&Struct(&[(1, Integer), (2, Bool), (3, Bool)]))),
    (5, Integer),
    (6, Integer),
    (7, Integer),
]);

/// Metadata of a file.
pub(super) const FILE: Fields = &[
    (1, Integer),
    (2, List(&SCHEMA_ELEMENT)),
    (3, Integer),
    (4, List(&ROW_GROUP)),
    (5, KEY_VALUES),
    (6, Bytes),
    (7, List(&Struct(&[(1, NONE), (2, NONE)]))),
    (9, Bytes),
];

/// Header of a page.
pub(super) const PAGE: Fields = &[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Integer),
    (5, Struct(&[(1, Integer), (2, Integer), (3, Integer), (4, Integer), (5, STATISTICS)])),
    (6, NONE),
    (7, Struct(&[(1, Integer), (2, Integer), (3, Bool)])),
    (
        8,
        Struct(&[
            (1, Integer),
            (2, Integer),
            (3, Integer),
            (4, Integer),
            (5, Integer),
            (6, Integer),
            (7, Bool),
            (8, STATISTICS),
        ]),
    ),
];
