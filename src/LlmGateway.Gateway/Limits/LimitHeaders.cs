using System.Globalization;
using LlmGateway.Gateway.Limits.Rules;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Limits;

/// <summary>What an answer tells of limits: OpenAI's headers, of the limit with the smallest share left, and two of ours.</summary>
internal static class LimitHeaders
{
    /// <summary><c>local</c> where this gateway counted alone.</summary>
    public const string Where = "x-llmgateway-limits";

    /// <summary>The limits in shadow mode that would have refused the call.</summary>
    public const string Shadow = "x-llmgateway-limits-shadow";

    /// <summary>Providers' headers of the same names, which speak of the account that all callers share, stay behind then.</summary>
    public const string ProvidersPrefix = "x-ratelimit-";

    private static readonly string[] Requests = Names("requests");
    private static readonly string[] Tokens = Names("tokens");

    public static void Write(IHeaderDictionary headers, CallLimits call, DateTimeOffset now)
    {
        foreach (var (name, value) in Of(call, now))
        {
            headers[name] = value;
        }
    }

    public static Dictionary<string, string> Of(CallLimits call, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>(8);
        Add(headers, Requests, Tightest(call, LimitedResource.Requests), call, now);
        Add(headers, Tokens, Tightest(call, LimitedResource.Tokens), call, now);
        if (call.IsLocal)
        {
            headers[Where] = "local";
        }

        if (Array.Exists(call.Counted, WouldRefuse))
        {
            headers[Shadow] = string.Join(", ", call.Counted.Where(WouldRefuse).Select(static counted => counted.Limit.Id));
        }

        return headers;
    }

    /// <summary>As Go writes a duration, which is OpenAI's way: <c>6m0s</c>, <c>1h2m3s</c>, <c>120ms</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var format = CultureInfo.InvariantCulture;
        return time < TimeSpan.FromSeconds(1) ? string.Create(format, $"{Math.Max(0, (long)time.TotalMilliseconds)}ms")
            : time < TimeSpan.FromMinutes(1) ? string.Create(format, $"{(long)Math.Ceiling(time.TotalSeconds)}s")
            : time < TimeSpan.FromHours(1) ? string.Create(format, $"{time.Minutes}m{time.Seconds}s")
            : string.Create(format, $"{(long)time.TotalHours}h{time.Minutes}m{time.Seconds}s");
    }

    private static bool WouldRefuse(CountedLimit counted) => !counted.Limit.Enforced && counted.Exceeded;

    /// <summary>A loop, as every call that is let through tells it.</summary>
    private static CountedLimit? Tightest(CallLimits call, LimitedResource resource)
    {
        CountedLimit? tightest = null;
        foreach (var counted in call.Counted)
        {
            if (counted.Limit.Enforced && counted.Limit.Resource == resource && (tightest is null || ShareLeft(counted) < ShareLeft(tightest)))
            {
                tightest = counted;
            }
        }

        return tightest;
    }

    private static double ShareLeft(CountedLimit counted) => (double)counted.RemainingWith(admitted: true) / counted.Limit.Most;

    private static void Add(Dictionary<string, string> headers, string[] names, CountedLimit? counted, CallLimits call, DateTimeOffset now)
    {
        if (counted is null)
        {
            return;
        }

        headers[names[0]] = counted.Limit.Most.ToString(CultureInfo.InvariantCulture);
        headers[names[1]] = counted.RemainingWith(call.RefusedBy is null).ToString(CultureInfo.InvariantCulture);
        if (counted.WindowEnd is { } end)
        {
            headers[names[2]] = Duration(DateTimeOffset.FromUnixTimeSeconds(end) - now);
        }
    }

    private static string[] Names(string resource) =>
        [$"{ProvidersPrefix}limit-{resource}", $"{ProvidersPrefix}remaining-{resource}", $"{ProvidersPrefix}reset-{resource}"];
}
