using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LlmGateway.Text.Spans;

namespace LlmGateway.Text.PersonalData;

/// <summary>One kind of personal data: its form, and what tells it from look-alikes.</summary>
public sealed class PersonalDataKind
{
    /// <summary>Each of its own, the surest first: digits of a card are no phone number.</summary>
    public static IReadOnlyList<PersonalDataKind> All { get; } =
    [
        new("secret", SearchValues.Create("_-."), SecretForms.Pattern, SecretForms.Measure),
        new("email", SearchValues.Create("@"), @"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.)+\p{L}{2,24}", whole => whole.Length),
        new("iban", Digits, @"\b[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}", Iban.Measure),
        new("card", Digits, @"\b[0-9](?:[ -]?[0-9]){12,18}\b", MeasureCard),
        new("ip", SearchValues.Create(".:"), @"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b|(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4})", MeasureAddress),
        new("phone", Digits, @"\+[0-9](?:[ ()./-]{0,2}[0-9]){6,14}\b|(?:\([0-9]{3}\) ?|\b[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}\b", MeasurePhone),
    ];

    private const int MinCardDigits = 13;

    private readonly SearchValues<char> _marks;
    private readonly Regex _form;
    private readonly Func<ReadOnlySpan<char>, int> _measure;

    /// <param name="name">On the wire; in capitals a placeholder's name.</param>
    /// <param name="marks">Characters without which there is none in a text: most texts are done with one fast search.</param>
    /// <param name="form">What it looks like.</param>
    /// <param name="measure">How much of what looks like it is it: its length from the beginning, 0 for none.</param>
    private PersonalDataKind(string name, SearchValues<char> marks, string form, Func<ReadOnlySpan<char>, int> measure)
    {
        (Name, _marks, _measure) = (name, marks, measure);
        _form = new Regex(form, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(250));
    }

    /// <summary><c>secret</c>, <c>email</c>, <c>iban</c>, <c>card</c>, <c>ip</c> or <c>phone</c>.</summary>
    public string Name { get; }

    private static SearchValues<char> Digits => SearchValues.Create("0123456789");

    /// <summary>Where it stands in a text, in order.</summary>
    /// <exception cref="RegexMatchTimeoutException">The text is so large that it takes too long.</exception>
    public IEnumerable<TextMatch> Find(string text)
    {
        if (!text.AsSpan().ContainsAny(_marks))
        {
            return [];
        }

        var found = new List<TextMatch>();
        var position = 0;
        while (TryMatch(text, position, out var match))
        {
            var length = _measure(text.AsSpan(match.Index, match.Length));
            if (length > 0)
            {
                found.Add(new TextMatch(match.Index, match.Index + length, Name.ToUpperInvariant()));
            }

            // What is none, or more than it, may hold another one.
            position = match.Index + Math.Max(length, 1);
        }

        return found;
    }

    private bool TryMatch(string text, int position, out ValueMatch match)
    {
        var matches = _form.EnumerateMatches(text, position);
        var any = matches.MoveNext();
        match = any ? matches.Current : default;
        return any;
    }

    /// <summary>The check digit of ISO/IEC 7812-1: doubling every second digit from the right, all digits add up to a multiple of ten.</summary>
    private static int MeasureCard(ReadOnlySpan<char> candidate)
    {
        // Other numbers may follow the card's.
        for (var end = candidate.Length; end >= MinCardDigits; end--)
        {
            if ((end == candidate.Length || !char.IsAsciiDigit(candidate[end])) && IsCard(candidate[..end]))
            {
                return end;
            }
        }

        return 0;
    }

    private static bool IsCard(ReadOnlySpan<char> candidate)
    {
        var (sum, count) = (0, 0);
        for (var index = candidate.Length - 1; index >= 0; index--)
        {
            if (char.IsAsciiDigit(candidate[index]))
            {
                var digit = candidate[index] - '0';
                sum += count++ % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
            }
        }

        // Zeros alone pass the check and are nobody's card.
        return count >= MinCardDigits && sum > 0 && sum % 10 == 0 && char.IsAsciiDigit(candidate[^1]);
    }

    private static int MeasureAddress(ReadOnlySpan<char> candidate)
    {
        var isOne = IPAddress.TryParse(candidate, out var address)
            // '::' alone, a time such as 10:20:30 and the like are none.
            && (address.AddressFamily == AddressFamily.InterNetwork || (candidate.Length > 4 && candidate.ContainsAnyInRange('0', '9')));
        return isOne ? candidate.Length : 0;
    }

    /// <summary>At most 15 digits (ITU-T E.164), at least seven.</summary>
    private static int MeasurePhone(ReadOnlySpan<char> candidate)
    {
        var digits = 0;
        foreach (var character in candidate)
        {
            digits += char.IsAsciiDigit(character) ? 1 : 0;
        }

        return digits is >= 7 and <= 17 ? candidate.Length : 0;
    }
}
