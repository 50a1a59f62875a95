using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Requests;

public sealed class RequestScannerTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Gen<JsonNode?> Value = Gen.Recursive<JsonNode?>((depth, inner) => depth >= 4
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (1, inner.List[0, 3].Select(items => (JsonNode?)new JsonArray([.. items]))),
            (1, Gen.Select(Name, inner).List[0, 3].Select(members => (JsonNode?)Object(members)))));

    private static Gen<string> Name => Gen.String[Gen.Char.AlphaNumeric, 1, 6];

    private static Gen<JsonNode?> Scalar => Gen.OneOf<JsonNode?>(
        Gen.String.Select(text => (JsonNode?)JsonValue.Create(text.Replace('\uFFFD', 'x').Normalize0())),
        Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Const((JsonNode?)null));

    [Fact]
    public void Scan_of_any_object_agrees_with_System_Text_Json() =>
        Gen.Select(Gen.Select(Name, Value).List[0, 6], Gen.Bool, Gen.Bool, Gen.Int[0, 2])
            .Sample((extra, stream, indented, place) =>
            {
                var body = Object(extra.Where(member => member.Item1 is not ("model" or "stream" or "messages")));
                var members = body.ToList();
                body.Clear();
                var all = members.Select(member => (member.Key, member.Value)).ToList();
                all.Insert(Math.Min(place, all.Count), ("model", JsonValue.Create("some/model")));
                all.Add(("stream", JsonValue.Create(stream)));
                all.Insert(0, ("messages", new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi" })));
                foreach (var (key, value) in all)
                {
                    body[key] = value;
                }

                var bytes = JsonSerializer.SerializeToUtf8Bytes(body, indented ? Indented : JsonSerializerOptions.Default);
                var scan = RequestScanner.Scan(bytes, Operation.ChatCompletions);
                return scan.Model == "some/model" && scan.Stream == stream
                    && Encoding.UTF8.GetString(bytes[scan.ModelValue.Start..scan.ModelValue.End]) == "\"some/model\"";
            });

    [Theory]
    [InlineData("""{"model": 5, "messages": [{"role": "user"}]}""", "model")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "model")]
    [InlineData("""{"model": "m"}""", "messages")]
    [InlineData("""{"model": "m", "messages": []}""", "messages")]
    [InlineData("""{"model": "m", "messages": "hi"}""", "messages")]
    [InlineData("""{"model": "m", "messages": [{"content": "hi"}]}""", "messages[0].role")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": 3}]}""", "messages[0].content")]
    [InlineData("""{"model": "m", "stream": "yes", "messages": [{"role": "user"}]}""", "stream")]
    [InlineData("""{"model": "m", "temperature": "0", "messages": [{"role": "user"}]}""", "temperature")]
    [InlineData("""{"model": "m", "metadata": {"a": 1}, "messages": [{"role": "user"}]}""", "metadata.a")]
    [InlineData("""{"model": "m", "model": "n", "messages": [{"role": "user"}]}""", "model")]
    [InlineData("""{"model": "m", "\u006dodel": "n", "messages": [{"role": "user"}]}""", "model")]
    [InlineData("""{"model": "m", "messages": [{"role": "user"}]} {}""", null)]
    [InlineData("""{"model": "m", """, null)]
    [InlineData("""[1]""", null)]
    [InlineData("", null)]
    public void Bad_requests_name_the_member_at_fault(string body, string? param)
    {
        var exception = Assert.Throws<ApiException>(() => RequestScanner.Scan(Encoding.UTF8.GetBytes(body), Operation.ChatCompletions));
        Assert.Equal(400, exception.Error.Status);
        Assert.Equal(param, exception.Error.Param);
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_refused()
    {
        var body = $$"""{"model": "m", "messages": [{"role": "user"}], "x": {{new string('[', 100)}}{{new string(']', 100)}}}""";
        Assert.Equal("invalid_json", Assert.Throws<ApiException>(() => RequestScanner.Scan(Encoding.UTF8.GetBytes(body), Operation.ChatCompletions)).Error.Code);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] body = [.. "{\"model\": \""u8, 0xFF, .. "\"}"u8];
        Assert.Equal("invalid_utf8", Assert.Throws<ApiException>(() => RequestScanner.Scan(body, Operation.ChatCompletions)).Error.Code);
    }

    private static JsonObject Object(IEnumerable<(string, JsonNode?)> members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            result[name] = value?.DeepClone();
        }

        return result;
    }
}

internal static class RandomText
{
    /// <summary>Random UTF-16 holds lone surrogates, which are no text.</summary>
    public static string Normalize0(this string text) => new([.. text.Where(character => !char.IsSurrogate(character))]);
}
