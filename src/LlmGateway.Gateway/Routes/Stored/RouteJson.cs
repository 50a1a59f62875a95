using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>
/// A route's settings as JSON: the configuration's names in snake case, times in milliseconds. It is made from the options classes
/// themselves, so a setting that they gain is one here too.
/// </summary>
internal static class RouteJson
{
    private const string TimeSuffix = "_ms";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new Milliseconds() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Name } },
    };

    /// <summary>The settings that are times, by their names in the configuration.</summary>
    private static readonly FrozenSet<string> Times = new[] { typeof(RouteOptions), typeof(RetryOptions), typeof(TimeoutOptions) }
        .SelectMany(type => type.GetProperties()).Where(property => IsTime(property.PropertyType)).Select(property => property.Name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What a request holds.</summary>
    /// <exception cref="ApiException">400, naming the member that is unknown, null or of the wrong type.</exception>
    public static RouteRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new ApiException(ApiErrors.BadRequest("The body is a JSON object: a route.", null));
        }

        if (FindNull(body, "") is { } nothing)
        {
            throw Refused($"'{nothing}' must not be null.", nothing);
        }

        try
        {
            return body.Deserialize<RouteRequest>(Json)!;
        }
        catch (JsonException exception)
        {
            var field = (exception.Path ?? "").TrimStart('$').TrimStart('.');
            throw Refused($"'{field}' is no member of a route, or of the wrong type. Those of the configuration's Gateway:Routes are, in snake case, and times in milliseconds.", field);
        }
    }

    /// <summary>A stored definition; null when this gateway cannot read it, as one of a newer gateway.</summary>
    public static RouteOptions? Parse(string definition)
    {
        try
        {
            return JsonSerializer.Deserialize<RouteOptions>(definition, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(RouteOptions route) => JsonSerializer.Serialize(route, Json);

    /// <summary>What says nothing is left out.</summary>
    public static JsonObject ToObject(RouteOptions route) => JsonSerializer.SerializeToNode(route, Json)!.AsObject();

    /// <summary>
    /// What <see cref="RouteRules"/> says of a route, with the members of its JSON in place of the configuration's keys, and the first
    /// of them by itself.
    /// </summary>
    public static (string? Field, string Message) Translate(string name, string told)
    {
        string? first = null;
        var message = Regex.Replace(told, Regex.Escape(RouteRules.Key(name)) + @"((?::\w+)*)", found =>
        {
            var field = string.Concat(found.Groups[1].Value.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(Step)).TrimStart('.');
            first ??= field;
            return field;
        });
        return string.IsNullOrEmpty(first) ? (null, message.TrimStart(':', ' ')) : (first, message);
    }

    private static string Step(string setting) => int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        ? string.Create(CultureInfo.InvariantCulture, $"[{index}]")
        : $".{JsonNamingPolicy.SnakeCaseLower.ConvertName(setting)}{(Times.Contains(setting) ? TimeSuffix : "")}";

    /// <summary>The options classes say nothing of elements that are null, and nobody could mean any.</summary>
    private static string? FindNull(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Index().Select(entry => entry.Item.ValueKind == JsonValueKind.Null
            ? string.Create(CultureInfo.InvariantCulture, $"{path}[{entry.Index}]")
            : FindNull(entry.Item, string.Create(CultureInfo.InvariantCulture, $"{path}[{entry.Index}]"))).FirstOrDefault(found => found is not null),
        JsonValueKind.Object => element.EnumerateObject().Select(member => FindNull(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
            .FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static void Name(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            // An attribute gives a name as the configuration has it.
            property.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) + (IsTime(property.PropertyType) ? TimeSuffix : "");
            property.ShouldSerialize = static (_, value) => value is not (null or "" or ICollection { Count: 0 });
        }
    }

    private static bool IsTime(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan);

    private static ApiException Refused(string message, string field) => new(ApiErrors.BadRequest(message, field));

    private sealed class Milliseconds : JsonConverter<TimeSpan>
    {
        private const long Most = 1_000_000_000_000;

        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var milliseconds) && milliseconds is >= 0 and <= Most
                ? TimeSpan.FromMilliseconds(milliseconds)
                : throw new JsonException();

        /// <summary>The configuration may hold a part of one.</summary>
        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
        {
            if (value.Ticks % TimeSpan.TicksPerMillisecond == 0)
            {
                writer.WriteNumberValue(value.Ticks / TimeSpan.TicksPerMillisecond);
            }
            else
            {
                writer.WriteNumberValue(value.TotalMilliseconds);
            }
        }
    }
}

/// <summary>What makes or replaces a route: its settings, and the version that the change is based on.</summary>
internal sealed class RouteRequest : RouteOptions
{
    /// <summary>0 for a new route; null changes whatever is there.</summary>
    public long? Version { get; set; }
}
