"""Customers from spreadsheets: encodings, headers in two languages, one clear word for each bad row, safe exports."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest

from contactcenter.adapters.customers.csv_file import BadFile, BadRow, read_customers, write_customers
from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.adapters.numbers import e164
from contactcenter.model.ids import CustomerId

CHINESE = "客户编号,姓名,联系电话,地址,小区\nK1,李伟,13800138000 010-95598000,北京市,东区\n"


def normal(number: str) -> str | None:
    return e164(number, "CN")


def read(folder: Path, content: str | bytes) -> list[Customer | BadRow]:
    path = folder / "customers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_customers(path, normal))


@pytest.mark.parametrize(
    "content",
    [
        CHINESE.encode(),
        codecs.BOM_UTF8 + CHINESE.encode(),
        CHINESE.encode("gbk"),
        CHINESE.encode("utf-16"),
        CHINESE.replace(",", ";").encode(),
        CHINESE.replace(",", "\t").encode(),
        CHINESE.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "with a mark", "gbk", "utf-16", "semicolons", "tabs", "crlf"],
)
def test_files_are_read_as_spreadsheets_write_them(tmp_path: Path, content: bytes) -> None:
    phones = (CustomerPhone("+8613800138000"), CustomerPhone("+861095598000"))
    wanted = Customer(id=CustomerId("K1"), name="李伟", phones=phones, address="北京市", attributes={"小区": "东区"})
    assert read(tmp_path, content) == [wanted]


def test_english_headers_and_all_columns(tmp_path: Path) -> None:
    head = "Customer ID,Name,Phone,Mobile,Email,Address,Class,VIP,Language,Agent,Notes\n"
    [customer] = read(
        tmp_path, head + '  7 ,"Li, Wei",+8613800138000,13800138000,a@b.c,"1\n2",A,2,zh,anna,"say ""hi"""\n'
    )
    assert customer == Customer(
        id=CustomerId("7"),
        name="Li, Wei",
        phones=(CustomerPhone("+8613800138000"),),
        email="a@b.c",
        address="1\n2",
        customer_class="A",
        vip=2,
        language="zh",
        own_agent="anna",  # type: ignore[arg-type]
        notes='say "hi"',
    )


BAD_ROWS = [
    (",Li,13800138000,1", BadRow(2, "id", "is empty")),
    ("1,Li,12,1", BadRow(2, "phones", "is no telephone number")),
    ("1,Li,13800138000,many", BadRow(2, "vip", "is no whole number from 0 to 999")),
    ("1,Li,13800138000,-1", BadRow(2, "vip", "is no whole number from 0 to 999")),
    ("1,Li,13800138000,²", BadRow(2, "vip", "is no whole number from 0 to 999")),
    ("1,Li,13800138000,1,5", BadRow(2, "", "5 cells, the header has 4")),
    ("1," + "x" * 2_001 + ",13800138000,1", BadRow(2, "name", "longer than 2000 signs")),
    ("1,Li," + " ".join(f"1380013{n}" for n in range(8000, 8021)) + ",1", BadRow(2, "phones", "more than 20 numbers")),
]


@pytest.mark.parametrize(("row", "complaint"), BAD_ROWS, ids=[bad.reason for _, bad in BAD_ROWS])
def test_a_bad_row_is_named_and_the_next_is_read(tmp_path: Path, row: str, complaint: BadRow) -> None:
    found = read(tmp_path, f"id,name,phone,vip\n{row}\n2,Wang,13900139000,0\n")
    assert found[0] == complaint
    assert isinstance(found[1], Customer) and found[1].id == "2"


def test_an_id_is_given_once_and_empty_lines_do_not_count(tmp_path: Path) -> None:
    found = read(tmp_path, "id,name\n1,a\n\n , \n1,b\n")
    assert found[1] == BadRow(5, "id", "the same id as in line 2")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column id"), (b"name,phone\nLi,1\n", "no column id"), (b'id,name\n1,"open\n', "line"),
        (b"\xff\xfe\xff", "no column"), (b"\x80\x80\xff\xff", "neither UTF-8"), (b"id,name\n1,\x00\n", ""),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    if not reason:
        assert len(read(tmp_path, content)) == 1
        return
    with pytest.raises(BadFile, match=reason):
        read(tmp_path, content)
    with pytest.raises(BadFile, match="No such file"):
        list(read_customers(tmp_path / "missing.csv", normal))


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]


def test_no_exported_cell_is_a_formula_and_what_is_exported_comes_back(tmp_path: Path) -> None:
    customers = [
        Customer(id=CustomerId(f"K{n}"), name=text.strip(), phones=(CustomerPhone("+8613800138000"),), notes='x,"y"\nz')
        for n, text in enumerate(FORMULAS)
    ]
    text = "".join(write_customers(customers))
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert read(tmp_path, text) == customers
