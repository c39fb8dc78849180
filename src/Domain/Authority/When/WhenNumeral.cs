namespace AiManager.Domain;

/// <summary>Reads decimals exactly or not at all; <see cref="decimal.Parse(string)"/> would round, and turn 1e-30 into 0.</summary>
internal static class WhenNumeral
{
    private const int MostDecimals = 28;
    private static readonly UInt128 Largest = (UInt128.One << 96) - 1;      // what a decimal can hold, without its point

    /// <param name="text">A well-formed JSON or CEL number.</param>
    /// <param name="number">Without trailing zeros; 0 when the answer is false.</param>
    /// <returns>False when the number is too large or has too many digits to be kept exactly.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        var exponentAt = text.IndexOfAny('e', 'E');
        if (!TryReadDigits(exponentAt < 0 ? text : text[..exponentAt], out var digits, out var power))
            return false;
        if (digits == 0)
            return true;
        if (exponentAt >= 0)
        {
            if (!int.TryParse(text[(exponentAt + 1)..], out var exponent))
                return false;
            power += exponent;
        }
        if (power < -MostDecimals || (power > 0 && !TryShift(ref digits, power)))
            return false;
        number = new decimal((int)(uint)digits, (int)(uint)(digits >> 32), (int)(uint)(digits >> 64), text[0] == '-', (byte)Math.Max(0, -power));
        return true;
    }

    /// <summary>Reads the number as <paramref name="digits"/> times ten to the <paramref name="power"/>.</summary>
    private static bool TryReadDigits(ReadOnlySpan<char> text, out UInt128 digits, out long power)
    {
        digits = 0;
        var (zeros, decimals, isFraction) = (0, 0, false);
        foreach (var character in text.TrimStart('-'))
        {
            if (character == '.')
            {
                isFraction = true;
                continue;
            }
            decimals += isFraction ? 1 : 0;
            zeros++;
            if (character == '0')
                continue;                                   // held back: zeros at the end need no room
            if (!TryShift(ref digits, zeros) || (digits += (uint)(character - '0')) > Largest)
            {
                power = 0;
                return false;
            }
            zeros = 0;
        }
        power = zeros - decimals;
        return true;
    }

    private static bool TryShift(ref UInt128 digits, long places)
    {
        for (; places > 0 && digits != 0; places--)
        {
            digits *= 10;
            if (digits > Largest)
                return false;
        }
        return true;
    }
}
