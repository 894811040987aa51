"""Customers as CSV: read with a clear word for each bad row, written so that no cell is taken for a formula.

Files come from spreadsheets: UTF-8 with or without a mark, UTF-16, or GBK; headers in English or Chinese.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from contactcenter.adapters.customers.directory import Customer, CustomerPhone
from contactcenter.model.ids import AgentId, CustomerId

__all__ = ["BadFile", "BadRow", "read_customers", "write_customers"]

CELL_MAX = 2_000
PHONES_MAX = 20
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HEADERS = {
    "id": ("id", "customer id", "customer number", "客户编号", "编号", "户号"),
    "name": ("name", "customer name", "姓名", "客户名称", "名称", "户名"),
    "phones": ("phones", "phone", "telephone", "mobile", "电话", "手机", "联系电话", "电话号码"),
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮件"),
    "address": ("address", "地址", "用电地址"),
    "customer_class": ("class", "customer class", "类别", "客户类别", "等级"),
    "vip": ("vip", "vip level", "vip等级"),
    "language": ("language", "语言"),
    "own_agent": ("own agent", "agent", "客户经理", "专属座席"),
    "notes": ("notes", "note", "remarks", "备注"),
}
COLUMN_OF = {title: column for column, titles in HEADERS.items() for title in titles}


class BadFile(Exception):
    """The file as a whole cannot be read; the message is one line for the person who gave it."""


class BadRow(msgspec.Struct, frozen=True):
    """Why a row was left out: its line in the file, the column, and the reason. It repeats no content."""

    line: int
    column: str
    reason: str


class _Wrong(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def decode(content: bytes) -> str:
    """Return a file's text by its mark, else as UTF-8, else as GBK. Raises BadFile."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("the file is neither UTF-8 nor UTF-16 nor GBK")


def read_customers(path: Path, normal: Callable[[str], str | None]) -> Iterator[Customer | BadRow]:
    """Yield a customer or what is wrong for each row; `normal` spells numbers. Raises BadFile."""
    try:
        text = decode(path.read_bytes())
    except OSError as failure:
        raise BadFile(f"{path}: {failure.strerror}") from None
    rows = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    columns = _columns(next(rows, []))
    seen: dict[str, int] = {}
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _row(columns, cells, rows.line_num, normal, seen)
    except csv.Error as failure:
        raise BadFile(f"line {rows.line_num}: {failure}") from None


def _dialect(text: str) -> type[csv.Dialect]:
    """Tell commas, semicolons and tabs apart by the header alone."""
    header = text.partition("\n")[0]
    best = max(",;\t", key=header.count)

    class Dialect(csv.excel):
        delimiter = best
        strict = True

    return Dialect


def _columns(titles: list[str]) -> list[str]:
    columns = [COLUMN_OF.get(title.strip().casefold(), f"={title.strip()}") for title in titles]
    if "id" not in columns:
        wanted = " or ".join(HEADERS["id"][:1] + HEADERS["id"][3:5])
        raise BadFile(f"line 1: there is no column {wanted}")
    return columns


def _row(
    columns: list[str], cells: list[str], line: int, normal: Callable[[str], str | None], seen: dict[str, int]
) -> Customer | BadRow:
    try:
        if len(cells) > len(columns):
            raise _Wrong("", f"{len(cells)} cells, the header has {len(columns)}")
        customer = _customer(columns, cells, normal)
        if customer.id in seen:
            raise _Wrong("id", f"the same id as in line {seen[customer.id]}")
        seen[customer.id] = line
        return customer
    except _Wrong as wrong:
        return BadRow(line, wrong.column, wrong.reason)


def _customer(columns: list[str], cells: list[str], normal: Callable[[str], str | None]) -> Customer:
    values: dict[str, str] = {}
    phones: list[str] = []
    attributes: dict[str, str] = {}
    for column, cell in zip(columns, (_clean(cell) for cell in cells), strict=False):
        if len(cell) > CELL_MAX:
            raise _Wrong(column.lstrip("="), f"longer than {CELL_MAX} signs")
        if column == "phones":
            phones += cell.replace(";", " ").replace("/", " ").replace("、", " ").replace(",", " ").split(" ")
        elif column.startswith("="):
            attributes |= {column[1:]: cell} if cell and column[1:] else {}
        elif cell:
            values[column] = cell
    if "id" not in values:
        raise _Wrong("id", "is empty")
    return Customer(
        id=CustomerId(values["id"]),
        name=values.get("name", ""),
        phones=_phones(phones, normal),
        email=_mail(values.get("email", "")),
        address=values.get("address", ""),
        customer_class=values.get("customer_class", "")[:40],
        vip=_level(values.get("vip", "0")),
        language=values.get("language", "")[:20],
        own_agent=AgentId(values["own_agent"]) if "own_agent" in values else None,
        attributes=attributes,
        notes=values.get("notes", ""),
    )


def _clean(cell: str) -> str:
    """Undo our own neutralising, so that what was exported comes back as it was."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _phones(written: Iterable[str], normal: Callable[[str], str | None]) -> tuple[CustomerPhone, ...]:
    numbers: dict[str, None] = {}
    for text in filter(None, written):
        number = normal(text)
        if number is None:
            raise _Wrong("phones", "is no telephone number")
        numbers[number] = None
    if len(numbers) > PHONES_MAX:
        raise _Wrong("phones", f"more than {PHONES_MAX} numbers")
    return tuple(CustomerPhone(number) for number in numbers)


def _mail(text: str) -> str:
    if text and ("@" not in text[1:-1] or any(sign.isspace() for sign in text)):
        raise _Wrong("email", "is no mail address")
    return text


def _level(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise _Wrong("vip", "is no whole number from 0 to 999")
    return int(text)


def write_customers(customers: Iterable[Customer]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180, with a mark for spreadsheets)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    titles = [titles[0] for titles in HEADERS.values()]
    writer.writerow([f"\ufeff{titles[0]}", *titles[1:]])
    for customer in customers:
        phones = " ".join(phone.number for phone in customer.phones)
        columns = {column: getattr(customer, column) for column in HEADERS} | {"phones": phones}
        writer.writerow([_neutral("" if value is None else str(value)) for value in columns.values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _neutral(cell: str) -> str:
    """Keep a spreadsheet from carrying a cell out."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
