"""phproof - digests, signatures (RFC 8032), leaves and the tree (RFC 6962), from PROTOCOL.md alone. Standard library only."""
import hashlib
import struct


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
