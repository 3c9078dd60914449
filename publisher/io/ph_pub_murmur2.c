/* ph_pub_murmur2 - Kafka's hash of a key, bit for bit. */
#include "ph_pub_kafka.h"

static uint32_t murmur2(const uint8_t *p, size_t n)
{
    const uint32_t m = 0x5bd1e995;
    uint32_t h = 0x9747b28c ^ (uint32_t)n;
    for (; n >= 4; p += 4, n -= 4) {
        uint32_t k = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        k *= m;
        k ^= k >> 24;
        h = (h * m) ^ (k * m);
    }
    for (size_t i = n; i-- > 0;)
        h ^= (uint32_t)p[i] << (8 * i);
    if (n > 0)
        h *= m;
    h ^= h >> 13;
    h *= m;
    return h ^ (h >> 15);
}

int32_t ph_kafka_partition(ph_span key, int32_t n)
{
    return (int32_t)((murmur2(key.ptr, key.len) & 0x7fffffff) % (uint32_t)n);
}
