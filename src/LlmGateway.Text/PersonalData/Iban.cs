using System.Collections.Frozen;

namespace LlmGateway.Text.PersonalData;

/// <summary>International bank account numbers: each country's length (the registry of SWIFT), and the check digits of ISO 13616 (ISO/IEC 7064, mod 97-10).</summary>
internal static class Iban
{
    private const string LengthList =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 "
        + "GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 "
        + "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    private static readonly FrozenDictionary<string, int> Lengths = LengthList.Split(' ').ToFrozenDictionary(
        entry => entry[..2], entry => int.Parse(entry.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);

    /// <summary>How much of the text, from its beginning, is a number: words may follow it that look like more of it.</summary>
    /// <returns>0 if it is none.</returns>
    public static int Measure(ReadOnlySpan<char> candidate)
    {
        if (!Lengths.TryGetValue(candidate[..2].ToString(), out var length))
        {
            return 0;
        }

        Span<char> number = stackalloc char[length];
        var (count, end) = (0, 0);
        while (end < candidate.Length && count < length)
        {
            if (char.IsAsciiLetterOrDigit(candidate[end]))
            {
                number[count++] = char.ToUpperInvariant(candidate[end]);
            }

            end++;
        }

        return count == length && Remainder(number) == 1 ? end : 0;
    }

    /// <summary>Of the number with its first four characters behind the others, letters as 10 to 35.</summary>
    private static int Remainder(ReadOnlySpan<char> number)
    {
        var remainder = 0;
        for (var index = 0; index < number.Length; index++)
        {
            var character = number[(index + 4) % number.Length];
            remainder = char.IsAsciiDigit(character)
                ? ((remainder * 10) + character - '0') % 97
                : ((remainder * 100) + character - 'A' + 10) % 97;
        }

        return remainder;
    }
}
