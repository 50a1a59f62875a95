using System.Globalization;
using System.Text.Json;

namespace LlmGateway.Evaluation.Online;

/// <summary>A range of time in the log; both ends exclusive.</summary>
internal sealed record CallRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Reads <c>from</c> and <c>to</c>, which is the present by default.</summary>
    /// <exception cref="Service.ApiException">One is no time, or they are the wrong way round (400).</exception>
    public static CallRange Read(JsonFields fields, DateTimeOffset now)
    {
        var range = new CallRange(ReadTime(fields.Value("from"), "from"), fields.Find("to") is { } to ? ReadTime(to, "to") : now);
        return range.From < range.To ? range : throw JsonFields.Invalid("'from' must be before 'to'.", "from");
    }

    private static DateTimeOffset ReadTime(JsonElement value, string field) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and <= 221_845_392_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw JsonFields.Invalid($"'{field}' must be Unix seconds or an ISO 8601 time.", field);
}
