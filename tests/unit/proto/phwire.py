"""phwire - the wire of phusa a second time, from PROTOCOL.md alone: msgpack, grammar, signatures, leaves, proofs.

Standard library only. Nothing here is shared with the C codecs, so that what both agree on is the paper's doing.
A value's meaning is plain JSON: bytes are hex, decimals canonical text.
"""
import hashlib
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


# ---- digests, signatures (RFC 8032), leaves and the tree (RFC 6962) ----

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, d - c, d + c, f + e
    return w * x % P, y * z % P, x * y % P, w * z % P


def times(n, point):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, point)
        point, n = add(point, point), n >> 1
    return q


def recover(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * ROOT % P
    if x * x % P != x2:
        return None
    return P - x if x & 1 != sign else x


def decompress(raw):
    n = int.from_bytes(raw, "little")
    y, sign = n & (1 << 255) - 1, n >> 255
    x = recover(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover(BASE_Y, 0), BASE_Y, 1, recover(BASE_Y, 0) * BASE_Y % P)


def expand(seed):
    h = hashlib.sha512(seed).digest()
    return int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254, h[32:]


def public_of(seed):
    return compress(times(expand(seed)[0], BASE))


def challenge(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def ed25519_sign(seed, message):
    a, prefix = expand(seed)
    r = challenge(prefix, message)
    point = compress(times(r, BASE))
    s = (r + challenge(point, compress(times(a, BASE)), message) * a) % ORDER
    return point + s.to_bytes(32, "little")


def ed25519_verify(public, message, signature):
    a, r, s = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = challenge(signature[:32], public, message)
    return compress(times(s, BASE)) == compress(add(r, times(h, a)))


def key_id(public):
    return sha256(public)[:16]


def signed_bytes(context, public, message):
    return context.encode() + b"\0\x01" + key_id(public) + message


def sign(context, seed, message):
    return ed25519_sign(seed, signed_bytes(context, public_of(seed), message))


def verify(context, public, message, signature):
    return ed25519_verify(public, signed_bytes(context, public, message), signature)


ENTRY_KINDS = {"genesis": 1, "submission": 2, "seal": 3, "figure_seal": 4, "registry": 5, "roster": 6, "explanation": 7,
               "decision": 8, "restore": 9, "refold": 10}


def leaf_bytes(leaf):
    unit = leaf["unit"].encode()
    return (struct.pack(">QqBB", leaf["seq"], leaf["received_at_us"], ENTRY_KINDS[leaf["kind"]], len(unit)) + unit +
            b"".join(bytes.fromhex(leaf[name]) for name in ("id", "body", "key_id", "signature", "registry", "verdict")))


def leaf_hash(leaf):
    return sha256(b"\0", leaf_bytes(leaf))


def node(left, right):
    return sha256(b"\1", left, right)


def split(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def root_of(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


def peaks_of(leaves):
    """The perfect subtrees, largest first, as (first leaf, size, hash)."""
    peaks, at = [], 0
    for bit in reversed(range(48)):
        if len(leaves) >> bit & 1:
            peaks.append((at, 1 << bit, root_of(leaves[at:at + (1 << bit)])))
            at += 1 << bit
    return peaks


def local_path(leaves, before, index):
    """The siblings of leaf `index`, leaf end first, without those that the frontier of `before` leaves holds."""
    path, low, n = [], 0, len(leaves)
    while n > 1:
        k = split(n)
        if index - low < k:
            path.append(root_of(leaves[low + k:low + n]))
            n = k
        else:
            if low + k > before:
                path.append(root_of(leaves[low:low + k]))
            low, n = low + k, n - k
    return path[::-1]


def root_by_path(leaf, index, size, before, peaks, path):
    """The root that a leaf, its local path and the frontier give; None when their shapes do not fit."""
    held, at, rest = {}, 0, list(path)
    for bit, peak in zip((b for b in reversed(range(48)) if before >> b & 1), peaks):
        held[at, 1 << bit] = peak
        at += 1 << bit

    def climb(low, n):
        if n == 1:
            return leaf
        k = split(n)
        if index - low < k:
            below = climb(low, k)
            return node(below, rest.pop(0))
        below = climb(low + k, n - k)
        return node(held[low, k] if low + k <= before else rest.pop(0), below)

    try:
        root = climb(0, size)
    except (KeyError, IndexError):
        return None
    return None if rest else root
