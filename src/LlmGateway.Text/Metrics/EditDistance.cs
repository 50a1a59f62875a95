namespace LlmGateway.Text.Metrics;

/// <summary>V. I. Levenshtein's distance: how many characters must be put in, taken out or replaced to make one text of another (1965).</summary>
public static class EditDistance
{
    /// <summary>Case and spaces count. The time is the product of the lengths.</summary>
    public static int Levenshtein(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var column = 0; column <= b.Length; column++)
        {
            row[column] = column;
        }

        foreach (var c in a)
        {
            var diagonal = row[0]++;
            for (var column = 1; column <= b.Length; column++)
            {
                var replaced = c == b[column - 1] ? diagonal : diagonal + 1;
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(diagonal, row[column - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>1 − distance / the longer text's length: 1 for equal texts, two empty ones too, and 0 for texts without a common place.</summary>
    public static double Similarity(string a, string b)
    {
        var longest = Math.Max(a.Length, b.Length);
        return longest == 0 ? 1 : 1 - ((double)Levenshtein(a, b) / longest);
    }
}
