namespace LlmGateway.Gateway.Dialects;

/// <summary>Content that stands in its address: <c>data:image/png;base64,…</c>.</summary>
internal readonly record struct DataUrl(string MediaType, string Base64)
{
    /// <summary>Null for addresses of other kinds, and for data that is not in base64.</summary>
    public static DataUrl? TryRead(string url)
    {
        const string Scheme = "data:";
        const string Mark = ";base64";
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || comma < 0)
        {
            return null;
        }

        var head = url[Scheme.Length..comma];
        return head.EndsWith(Mark, StringComparison.OrdinalIgnoreCase) ? new DataUrl(head[..^Mark.Length].Split(';')[0].ToLowerInvariant(), url[(comma + 1)..]) : null;
    }

    public static string Write(string mediaType, string base64) => $"data:{mediaType};base64,{base64}";
}
