using System.Globalization;

namespace LlmGateway.Gateway.Routes;

/// <summary>A condition on requests, ready to be asked.</summary>
internal sealed class RouteCondition
{
    private const string MetadataPrefix = "metadata.";
    private static readonly string[] Flags = ["stream", "tools", "response_format"];
    private static readonly string[] Numbers = ["max_tokens", "temperature", "request_bytes"];
    private static readonly string[] Texts = ["user", "operation", "key_id"];
    private readonly RouteConditionOptions _options;
    private readonly string? _metadataKey;
    private readonly bool _isFlag;

    public RouteCondition(RouteConditionOptions options)
    {
        _options = options;
        _metadataKey = options.Field.StartsWith(MetadataPrefix, StringComparison.Ordinal) ? options.Field[MetadataPrefix.Length..] : null;
        _isFlag = Flags.Contains(options.Field);
        Description = Describe();
    }

    /// <summary>As an explanation tells it: <c>metadata.tier equals gold</c>. Two conditions of one description are the same.</summary>
    public string Description { get; }

    /// <summary>What is wrong with a condition; null if nothing is.</summary>
    public static string? Check(RouteConditionOptions options)
    {
        if (!(options.Field.StartsWith(MetadataPrefix, StringComparison.Ordinal) && options.Field.Length > MetadataPrefix.Length)
            && !Flags.Contains(options.Field) && !Numbers.Contains(options.Field) && !Texts.Contains(options.Field))
        {
            return $"there is no field '{options.Field}'; there are metadata.KEY, {string.Join(", ", Flags.Concat(Numbers).Concat(Texts))}.";
        }

        return options is { EqualTo: null, In.Count: 0, Min: null, Max: null, Exists: null } ? "give one of Equals, In, Min, Max, Exists."
            : !double.IsFinite(options.Min ?? 0) || !double.IsFinite(options.Max ?? 0) ? "Min and Max are finite numbers."
            : null;
    }

    /// <summary>Why no request can meet a condition; null if one can.</summary>
    public static string? Impossible(RouteConditionOptions options, long maxRequestBytes) => options switch
    {
        { Min: { } min, Max: { } max } when min > max => $"Min ({Text(min)}) is over Max ({Text(max)})",
        { Exists: false } when options is not { EqualTo: null, In.Count: 0, Min: null, Max: null } => "a value is demanded of what must not exist",
        { Exists: false, Field: "request_bytes" or "operation" } => $"every request has '{options.Field}'",
        { EqualTo: { } value, In.Count: > 0 } when !options.In.Contains(value) => $"'{value}' is not among In",
        { Field: "request_bytes", Min: { } least } when least > maxRequestBytes => $"larger requests than {maxRequestBytes} bytes are refused (Gateway:MaxRequestBytes)",
        { EqualTo: { } flag } when Flags.Contains(options.Field) && flag.ToLowerInvariant() is not ("true" or "false") => $"'{options.Field}' is true or false, never '{flag}'",
        { EqualTo: { } number } when Numbers.Contains(options.Field) && !double.TryParse(number, CultureInfo.InvariantCulture, out _) => $"'{options.Field}' is a number, never '{number}'",
        { Field: var field } when (options.Min ?? options.Max) is not null && (Flags.Contains(field) || Texts.Contains(field)) => $"'{field}' is no number",
        _ => null,
    };

    public bool Matches(InferenceCall call)
    {
        var (text, number) = Read(call);
        return (_options.Exists is not { } exists || exists == (number is not null || (text is not null && !(_isFlag && text == "false"))))
            && (_options.EqualTo is not { } wanted || IsValue(wanted, text, number))
            && (_options.In.Count == 0 || _options.In.Exists(value => IsValue(value, text, number)))
            && IsWithin(number ?? Parse(text));
    }

    private static bool IsValue(string wanted, string? text, double? number) =>
        number is { } value ? Parse(wanted) == value : wanted == text || (text is "true" or "false" && bool.TryParse(wanted, out var flag) && flag == (text == "true"));

    private bool IsWithin(double? number) =>
        (_options.Min is not { } min || number >= min) && (_options.Max is not { } max || number <= max);

    private (string? Text, double? Number) Read(InferenceCall call) => _options.Field switch
    {
        _ when _metadataKey is { } key => (call.Metadata?.GetValueOrDefault(key), null),
        "stream" => (Flag(call.Scan.Stream), null),
        "tools" => (Flag(!call.Scan.Tools.IsEmpty), null),
        "response_format" => (Flag(!call.Scan.Format.IsEmpty), null),
        "max_tokens" => (null, call.Scan.MaxOutputTokens),
        "temperature" => (null, call.Scan.Temperature),
        "request_bytes" => (null, call.Request?.Length ?? 0),
        "user" => (call.Scan.EndUser, null),
        "operation" => (call.Operation.Name, null),
        "key_id" => (call.Caller.KeyId, null),
        var field => throw new InvalidOperationException($"The field '{field}' was not checked."),
    };

    private static string Flag(bool value) => value ? "true" : "false";

    private static double? Parse(string? text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private string Describe()
    {
        var parts = new List<string>(2);
        if (_options.EqualTo is { } value)
        {
            parts.Add($"equals {value}");
        }

        if (_options.In.Count > 0)
        {
            parts.Add($"in {string.Join(", ", _options.In)}");
        }

        if (_options.Min is { } min)
        {
            parts.Add($"min {Text(min)}");
        }

        if (_options.Max is { } max)
        {
            parts.Add($"max {Text(max)}");
        }

        if (_options.Exists is { } exists)
        {
            parts.Add(exists ? "exists" : "is absent");
        }

        return $"{_options.Field} {string.Join(" and ", parts)}";
    }
}
