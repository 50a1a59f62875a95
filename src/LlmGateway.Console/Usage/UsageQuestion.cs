using System.Globalization;

namespace LlmGateway.Console.Usage;

/// <summary>What is asked of the usage.</summary>
/// <param name="Range">How far back.</param>
/// <param name="Group">What it is divided by, as the API names it; null for nothing.</param>
/// <param name="Project">The only project; null for all that the key sees.</param>
public sealed record UsageQuestion(UsageRange Range, string? Group, string? Project)
{
    /// <summary>What it may be divided by.</summary>
    public static readonly IReadOnlyList<(string Name, string Title)> Groups = [("model", "Model"), ("key_id", "Key"), ("project_id", "Project")];

    /// <summary>Its address in the API: whole buckets up to now.</summary>
    public string ToPath(DateTimeOffset now)
    {
        var start = (now - Range.Span).ToUnixTimeSeconds() / Range.Seconds * Range.Seconds + Range.Seconds;
        return string.Create(CultureInfo.InvariantCulture, $"/v1/usage?bucket_width={Range.Width}&start_time={start}")
            + (Group is null ? "" : $"&group_by={Group}") + (Project is null ? "" : $"&project_id={Uri.EscapeDataString(Project)}");
    }
}

/// <summary>A time that ends now.</summary>
/// <param name="Name">As the address has it.</param>
/// <param name="Title">For people.</param>
/// <param name="Span">How long.</param>
/// <param name="Width">Of a bucket, as the API names it.</param>
public sealed record UsageRange(string Name, string Title, TimeSpan Span, string Width)
{
    public static readonly IReadOnlyList<UsageRange> All =
    [
        new("1d", "24 hours", TimeSpan.FromDays(1), "1h"),
        new("7d", "7 days", TimeSpan.FromDays(7), "1d"),
        new("30d", "30 days", TimeSpan.FromDays(30), "1d"),
        new("90d", "90 days", TimeSpan.FromDays(90), "1d"),
    ];

    /// <summary>The one of the name, else the first.</summary>
    public static UsageRange Find(string? name) => All.FirstOrDefault(range => range.Name == name) ?? All[0];

    public bool IsHourly => Width == "1h";

    /// <summary>A bucket's width.</summary>
    public long Seconds => IsHourly ? 3600 : 86_400;
}
