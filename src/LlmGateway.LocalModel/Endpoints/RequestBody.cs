using System.Text.Json;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>A request's JSON object with checked access to its fields; a wrong one throws a 400 that names it.</summary>
internal sealed class RequestBody
{
    private RequestBody(byte[] bytes, JsonElement json) => (Bytes, Json) = (bytes, json);

    public byte[] Bytes { get; }

    public JsonElement Json { get; }

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        try
        {
            var bytes = buffer.ToArray();
            var json = JsonSerializer.Deserialize(bytes, LocalJsonContext.Default.JsonElement);
            return json.ValueKind == JsonValueKind.Object ? new RequestBody(bytes, json) : throw Bad("The body must be a JSON object.", null);
        }
        catch (JsonException)
        {
            throw Bad("We could not parse the JSON body of your request.", null);
        }
    }

    public static ApiException Bad(string message, string? param) => new(ApiErrors.BadRequest(message, param));

    /// <summary>The field, unless it is absent or null.</summary>
    public JsonElement? Field(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public JsonElement Required(string name) => Field(name) ?? throw Bad($"Missing required parameter: '{name}'.", name);

    public string? Text(string name) => Field(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Bad($"Invalid type for '{name}': expected a string.", name),
    };

    public bool Flag(string name) => Field(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        _ => throw Bad($"Invalid type for '{name}': expected a boolean.", name),
    };

    public bool WantsStreamedUsage =>
        Field("stream_options") is { ValueKind: JsonValueKind.Object } options && options.TryGetProperty("include_usage", out var wanted) && wanted.ValueKind == JsonValueKind.True;

    public long? Whole(string name, long least = long.MinValue, long most = long.MaxValue)
    {
        if (Field(name) is not { } field)
        {
            return null;
        }

        if (field.ValueKind != JsonValueKind.Number || !field.TryGetInt64(out var value))
        {
            throw Bad($"Invalid type for '{name}': expected an integer.", name);
        }

        return value >= least && value <= most ? value : throw Bad($"Invalid '{name}': expected a value from {least} to {most}, got {value}.", name);
    }

    public double? Number(string name, double least, double most)
    {
        if (Field(name) is not { } field)
        {
            return null;
        }

        if (field.ValueKind != JsonValueKind.Number)
        {
            throw Bad($"Invalid type for '{name}': expected a number.", name);
        }

        var value = field.GetDouble();
        return value >= least && value <= most ? value : throw Bad($"Invalid '{name}': expected a value from {least} to {most}.", name);
    }

    /// <summary>Checks that the model asked for is the one that serves the endpoint, with or without <c>local/</c>.</summary>
    public string Model(string served)
    {
        var model = Text("model") ?? throw Bad("You must provide a model parameter.", "model");
        return model == served || model == $"local/{served}" ? model
            : throw new ApiException(ApiErrors.NotFound($"The model '{model}' does not exist here. This endpoint has '{served}'.", "model", "model_not_found"));
    }

    public Sampling Sampling(params ReadOnlySpan<string> limits)
    {
        int? most = null;
        foreach (var limit in limits)
        {
            most ??= (int?)Whole(limit, 1, int.MaxValue);
        }

        var count = (int)(Whole("n", 1, 128) ?? 1);
        return new Sampling(count, most, Stops(), Number("temperature", 0, 2) ?? 1, Whole("seed"));
    }

    private IReadOnlyList<string> Stops()
    {
        if (Field("stop") is not { } stop)
        {
            return [];
        }

        if (stop.ValueKind == JsonValueKind.String)
        {
            return stop.GetString() is { Length: > 0 } one ? [one] : [];
        }

        if (stop.ValueKind != JsonValueKind.Array || stop.GetArrayLength() > 4 || stop.EnumerateArray().Any(end => end.ValueKind != JsonValueKind.String))
        {
            throw Bad("Invalid 'stop': expected a string or up to 4 strings.", "stop");
        }

        return [.. stop.EnumerateArray().Select(end => end.GetString()!).Where(end => end.Length > 0)];
    }
}
