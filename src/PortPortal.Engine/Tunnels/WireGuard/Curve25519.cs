namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>The public half of an X25519 key (RFC 7748); the framework has none on Linux.</summary>
/// <remarks>After TweetNaCl (Bernstein and others, public domain): 16 limbs of 16 bits, no branch and no index that depends on the secret.</remarks>
internal static class Curve25519
{
    public const int KeyLength = 32;
    private const int Limbs = 16;

    public static byte[] PublicKeyOf(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> basePoint = stackalloc byte[KeyLength];
        basePoint.Clear();
        basePoint[0] = 9;
        return Multiply(privateKey, basePoint);
    }

    public static byte[] Multiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point)
    {
        Span<byte> clamped = stackalloc byte[KeyLength];
        scalar.CopyTo(clamped);
        clamped[0] &= 248;
        clamped[31] = (byte)((clamped[31] & 127) | 64);

        long[] x = Unpack(point), a = new long[Limbs], b = [.. x], c = new long[Limbs], d = new long[Limbs], e = new long[Limbs], f = new long[Limbs];
        long[] coefficient = new long[Limbs];
        (coefficient[0], coefficient[1]) = (0xDB41, 1); // 121665
        a[0] = d[0] = 1;
        for (var i = 254; i >= 0; i--)
        {
            var bit = (clamped[i >> 3] >> (i & 7)) & 1;
            Swap(a, b, bit);
            Swap(c, d, bit);
            Add(e, a, c);
            Subtract(a, a, c);
            Add(c, b, d);
            Subtract(b, b, d);
            Multiply(d, e, e);
            Multiply(f, a, a);
            Multiply(a, c, a);
            Multiply(c, b, e);
            Add(e, a, c);
            Subtract(a, a, c);
            Multiply(b, a, a);
            Subtract(c, d, f);
            Multiply(a, c, coefficient);
            Add(a, a, d);
            Multiply(c, c, a);
            Multiply(a, d, f);
            Multiply(d, b, x);
            Multiply(b, e, e);
            Swap(a, b, bit);
            Swap(c, d, bit);
        }

        Multiply(a, a, Invert(c));
        return Pack(a);
    }

    private static long[] Unpack(ReadOnlySpan<byte> bytes)
    {
        var limbs = new long[Limbs];
        for (var i = 0; i < Limbs; i++)
        {
            limbs[i] = bytes[2 * i] + ((long)bytes[(2 * i) + 1] << 8);
        }

        limbs[15] &= 0x7FFF;
        return limbs;
    }

    private static byte[] Pack(long[] number)
    {
        long[] t = [.. number], m = new long[Limbs];
        Carry(t);
        Carry(t);
        Carry(t);
        for (var round = 0; round < 2; round++)
        {
            m[0] = t[0] - 0xFFED;
            for (var i = 1; i < 15; i++)
            {
                m[i] = t[i] - 0xFFFF - ((m[i - 1] >> 16) & 1);
                m[i - 1] &= 0xFFFF;
            }

            m[15] = t[15] - 0x7FFF - ((m[14] >> 16) & 1);
            var isBelow = (int)((m[15] >> 16) & 1);
            m[14] &= 0xFFFF;
            Swap(t, m, 1 - isBelow);
        }

        var bytes = new byte[KeyLength];
        for (var i = 0; i < Limbs; i++)
        {
            bytes[2 * i] = (byte)t[i];
            bytes[(2 * i) + 1] = (byte)(t[i] >> 8);
        }

        return bytes;
    }

    private static void Carry(long[] number)
    {
        for (var i = 0; i < Limbs; i++)
        {
            number[i] += 1L << 16;
            var carry = number[i] >> 16;
            number[i < 15 ? i + 1 : 0] += carry - 1 + (i == 15 ? 37 * (carry - 1) : 0);
            number[i] -= carry << 16;
        }
    }

    /// <summary>Swaps where <paramref name="bit"/> is 1, in the same time as where it is 0.</summary>
    private static void Swap(long[] p, long[] q, int bit)
    {
        var mask = ~((long)bit - 1);
        for (var i = 0; i < Limbs; i++)
        {
            var difference = mask & (p[i] ^ q[i]);
            p[i] ^= difference;
            q[i] ^= difference;
        }
    }

    private static void Add(long[] sum, long[] a, long[] b)
    {
        for (var i = 0; i < Limbs; i++)
        {
            sum[i] = a[i] + b[i];
        }
    }

    private static void Subtract(long[] difference, long[] a, long[] b)
    {
        for (var i = 0; i < Limbs; i++)
        {
            difference[i] = a[i] - b[i];
        }
    }

    private static void Multiply(long[] product, long[] a, long[] b)
    {
        Span<long> t = stackalloc long[(2 * Limbs) - 1];
        t.Clear();
        for (var i = 0; i < Limbs; i++)
        {
            for (var j = 0; j < Limbs; j++)
            {
                t[i + j] += a[i] * b[j];
            }
        }

        for (var i = 0; i < Limbs - 1; i++)
        {
            t[i] += 38 * t[i + Limbs];
        }

        t[..Limbs].CopyTo(product);
        Carry(product);
        Carry(product);
    }

    /// <summary>To the power of p − 2.</summary>
    private static long[] Invert(long[] number)
    {
        long[] result = [.. number];
        for (var i = 253; i >= 0; i--)
        {
            Multiply(result, result, result);
            if (i is not (2 or 4))
            {
                Multiply(result, result, number);
            }
        }

        return result;
    }
}
