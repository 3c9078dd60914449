"""phwire - the wire of phusa a second time, from PROTOCOL.md alone: msgpack and the kinds its grammar is made of.

Standard library only. Nothing here is shared with the C codecs, so that what both agree on is the paper's doing.
A value's meaning is plain JSON: bytes are hex, decimals canonical text.
"""
import struct
import unicodedata

MAX_DEPTH, MAX_UNKNOWN, MAX_TIME, MAX_SEQ = 8, 16, 253402300799999999, 1 << 48
U32 = (1 << 32) - 1


class Refused(Exception):
    """Bytes that the paper refuses, with the result's name."""

    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


# ---- msgpack, smallest forms ----

def pack_head(n, small, fixed, wide):
    """`small` n below `fixed` in the lead byte, else the first of `wide` [(lead, struct format, largest)] that holds n."""
    if n < fixed:
        return bytes([small | n])
    for lead, form, largest in wide:
        if n <= largest:
            return bytes([lead]) + struct.pack(form, n)
    raise ValueError(n)


def pack_int(v):
    if v >= 0:
        return pack_head(v, 0, 0x80, [(0xCC, ">B", 0xFF), (0xCD, ">H", 0xFFFF), (0xCE, ">I", U32), (0xCF, ">Q", (1 << 64) - 1)])
    if v >= -32:
        return struct.pack(">b", v)
    for lead, form, bits in ((0xD0, ">b", 8), (0xD1, ">h", 16), (0xD2, ">i", 32), (0xD3, ">q", 64)):
        if v >= -(1 << (bits - 1)):
            return bytes([lead]) + struct.pack(form, v)
    raise ValueError(v)


def pack_text(s):
    raw = s.encode() if isinstance(s, str) else s
    return pack_head(len(raw), 0xA0, 32, [(0xD9, ">B", 0xFF), (0xDA, ">H", 0xFFFF), (0xDB, ">I", U32)]) + raw


def pack_bin(raw):
    return pack_head(len(raw), 0, 0, [(0xC4, ">B", 0xFF), (0xC5, ">H", 0xFFFF), (0xC6, ">I", U32)]) + raw


def pack_array_head(n):
    return pack_head(n, 0x90, 16, [(0xDC, ">H", 0xFFFF), (0xDD, ">I", U32)])


def pack_map_head(n):
    return pack_head(n, 0x80, 16, [(0xDE, ">H", 0xFFFF), (0xDF, ">I", U32)])


class Reader:
    """Pulls items; every declared length or count is held against the bytes left first."""

    def __init__(self, raw):
        self.raw, self.at, self.depth = raw, 0, 0

    def take(self, n):
        if n > len(self.raw) - self.at:
            raise Refused("MALFORMED", "truncated")
        self.at += n
        return self.raw[self.at - n:self.at]

    def head(self):
        """(kind, value, length or count)"""
        lead = self.take(1)[0]
        if lead < 0x80:
            return "int", lead
        if lead >= 0xE0:
            return "int", lead - 256
        if lead < 0xC0:
            kind = "map" if lead < 0x90 else "array" if lead < 0xA0 else "text"
            return self.held(kind, lead & (0x1F if kind == "text" else 0x0F))
        if lead == 0xC0:
            return "nil", None
        if lead in (0xC2, 0xC3):
            return "bool", lead == 0xC3
        forms = {0xC4: ("bin", ">B"), 0xC5: ("bin", ">H"), 0xC6: ("bin", ">I"), 0xCC: ("int", ">B"), 0xCD: ("int", ">H"),
                 0xCE: ("int", ">I"), 0xCF: ("int", ">Q"), 0xD0: ("int", ">b"), 0xD1: ("int", ">h"), 0xD2: ("int", ">i"),
                 0xD3: ("int", ">q"), 0xD9: ("text", ">B"), 0xDA: ("text", ">H"), 0xDB: ("text", ">I"), 0xDC: ("array", ">H"),
                 0xDD: ("array", ">I"), 0xDE: ("map", ">H"), 0xDF: ("map", ">I")}
        if lead not in forms:
            raise Refused("MALFORMED", "float, extension or 0xc1")
        kind, form = forms[lead]
        (n,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return (kind, n) if kind == "int" else self.held(kind, n)

    def held(self, kind, n):
        if n * (2 if kind == "map" else 1) > len(self.raw) - self.at:
            raise Refused("MALFORMED", "a length or count above the bytes left")
        return kind, n

    def expect(self, kind):
        got, n = self.head()
        if got != kind:
            raise Refused("MALFORMED", f"{got} where {kind} belongs")
        return n

    def enter(self, kind, limit):
        n = self.expect(kind)
        if self.depth >= MAX_DEPTH or n > limit:
            raise Refused("LIMIT", "too deep or too many items")
        self.depth += 1
        return n

    def leave(self):
        self.depth -= 1

    def text(self, limit):
        n = self.expect("text")
        if n > limit:
            raise Refused("LIMIT", "text too long")
        return utf8(self.take(n))

    def bin(self, limit):
        n = self.expect("bin")
        if n > limit:
            raise Refused("LIMIT", "binary too long")
        return self.take(n)

    def skip(self):
        kind, n = self.head()
        if kind in ("array", "map"):
            if self.depth >= MAX_DEPTH:
                raise Refused("LIMIT", "too deep")
            self.depth += 1
            for _ in range(n * (2 if kind == "map" else 1)):
                self.skip()
            self.depth -= 1
        elif kind == "text":
            utf8(self.take(n))
        elif kind == "bin":
            self.take(n)

    def end(self):
        if self.at != len(self.raw):
            raise Refused("MALFORMED", "bytes after the end")


def utf8(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("MALFORMED", "not UTF-8") from None


BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def is_clean(s):
    bad = any(unicodedata.category(c) == "Cc" and c not in "\t\n" or ord(c) in BIDI for c in s)
    return not bad and unicodedata.is_normalized("NFC", s)


# ---- grammar: a kind packs a meaning and reads one back ----

class Int:
    def __init__(self, low, high, code="RANGE"):
        self.low, self.high, self.code = low, high, code

    def pack(self, v):
        return pack_int(v)

    def read(self, r):
        v = r.expect("int")
        if self.low <= v <= self.high:
            return v
        raise Refused("MALFORMED" if self.code == "LIMIT" and v < 0 else self.code, "integer out of its range")


def uint(high=U32):
    return Int(0, high, "LIMIT")


class Bool:
    def pack(self, v):
        return b"\xc3" if v else b"\xc2"

    def read(self, r):
        return r.expect("bool")


class Text:
    def __init__(self, limit, clean=False):
        self.limit, self.clean = limit, clean

    def pack(self, v):
        return pack_text(v)

    def read(self, r):
        s = r.text(self.limit)
        if self.clean and not is_clean(s):
            raise Refused("MALFORMED", "not clean NFC")
        return s


class Id:
    ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")

    def __init__(self, may_be_empty=False):
        self.may_be_empty = may_be_empty

    def pack(self, v):
        return pack_text(v)

    def read(self, r):
        s = r.text(32)
        if not (s or self.may_be_empty) or not self.ALPHABET.issuperset(s):
            raise Refused("MALFORMED", "not an id")
        return s


class Fixed:
    def __init__(self, n):
        self.n = n

    def pack(self, v):
        return pack_bin(bytes.fromhex(v))

    def read(self, r):
        raw = r.bin(1 << 40)
        if len(raw) != self.n:
            raise Refused("MALFORMED", "a binary of another length")
        return raw.hex()


class Bin:
    def __init__(self, limit):
        self.limit = limit

    def pack(self, v):
        return pack_bin(bytes.fromhex(v))

    def read(self, r):
        return r.bin(self.limit).hex()


class Inside:
    """A message of its own inside a binary."""

    def __init__(self, kind, limit):
        self.kind, self.limit = kind, limit

    def pack(self, v):
        return pack_bin(self.kind.pack(v))

    def read(self, r):
        return read_whole(self.kind, r.bin(self.limit))


class Period:
    def pack(self, v):
        return pack_text(v)

    def read(self, r):
        s = r.text(12)
        year, _, part = s.partition("-")
        shapes = {"": ("", 0), "S": ("S", 2), "Q": ("Q", 4)}
        letter, most = shapes.get(part[:1], ("", 12))
        digits = part[len(letter):]
        wanted = 0 if not part and "-" not in s else 1 if letter else 2
        if len(year) != 4 or not (year + digits).isdigit() or not s.isascii() or len(digits) != wanted:
            raise Refused("MALFORMED", "not a period")
        if not 1 <= int(year) <= 9998 or wanted and not 1 <= int(digits) <= most:
            raise Refused("RANGE", "a period that does not exist")
        return s


class Decimal:
    """Two items, mantissa and scale; as meaning the canonical text."""

    def pack(self, v):
        digits = v.replace(".", "")
        return pack_int(int(digits)) + pack_int(len(v) - v.index(".") - 1 if "." in v else 0)

    def read(self, r):
        mantissa, scale = Int(-10**15, 10**15).read(r), Int(0, 6).read(r)
        digits = str(abs(mantissa)).rjust(scale + 1, "0")
        whole = digits[:len(digits) - scale] + ("." + digits[len(digits) - scale:] if scale else "")
        return ("-" if mantissa < 0 else "") + whole


class Nullable:
    """nil, or an array around the kind's items."""

    def __init__(self, kind, n_items):
        self.kind, self.n_items = kind, n_items

    def pack(self, v):
        return b"\xc0" if v is None else pack_array_head(self.n_items) + self.kind.pack(v)

    def read(self, r):
        if r.at < len(r.raw) and r.raw[r.at] == 0xC0:
            r.at += 1
            return None
        if r.enter("array", self.n_items) != self.n_items:
            raise Refused("MALFORMED", "items missing")
        v = self.kind.read(r)
        r.leave()
        return v


class Array:
    def __init__(self, kind, limit):
        self.kind, self.limit = kind, limit

    def pack(self, v):
        return pack_array_head(len(v)) + b"".join(map(self.kind.pack, v))

    def read(self, r):
        n = r.enter("array", self.limit)
        v = [self.kind.read(r) for _ in range(n)]
        r.leave()
        return v


class Tuple:
    """An array of named items, all there. A Decimal counts for two."""

    def __init__(self, *items):
        self.items = items
        self.n = sum(2 if isinstance(kind, Decimal) else 1 for _, kind in items)

    def pack(self, v):
        return pack_array_head(self.n) + b"".join(kind.pack(v[name]) for name, kind in self.items)

    def read(self, r):
        if r.enter("array", self.n) != self.n:
            raise Refused("MALFORMED", "items missing")
        v = {name: kind.read(r) for name, kind in self.items}
        r.leave()
        return v


class Items(Tuple):
    """The named items alone, inside an array that another kind enters."""

    def pack(self, v):
        return b"".join(kind.pack(v[name]) for name, kind in self.items)

    def read(self, r):
        return {name: kind.read(r) for name, kind in self.items}


class Map:
    """Keys in the order of the paper; `optional` maps a name to the meaning that stands for its absence."""

    def __init__(self, *fields, optional=()):
        self.fields, self.optional = fields, dict(optional)

    def pack(self, v):
        pairs = [(key, kind.pack(v[name])) for key, name, kind in self.fields
                 if name not in self.optional or v[name] != self.optional[name]]
        return pack_map_head(len(pairs)) + b"".join(pack_text(key) + value for key, value in pairs)

    def read(self, r):
        known, seen, unknown, v = {key: (name, kind) for key, name, kind in self.fields}, set(), 0, dict(self.optional)
        for _ in range(r.enter("map", len(self.fields) + MAX_UNKNOWN)):
            key = r.text(32)
            if key in seen:
                raise Refused("MALFORMED", "a key twice")
            seen.add(key)
            if key in known:
                v[known[key][0]] = known[key][1].read(r)
            else:
                unknown += 1
                if unknown > MAX_UNKNOWN:
                    raise Refused("LIMIT", "too many unknown keys")
                r.skip()
        r.leave()
        if any(name not in v for _, name, _ in self.fields):
            raise Refused("MALFORMED", "a required key is missing")
        return {name: v[name] for _, name, _ in self.fields}


def read_whole(kind, raw):
    r = Reader(raw)
    v = kind.read(r)
    r.end()
    return v
