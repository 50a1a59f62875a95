using LlmGateway.TestKit;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.OpenAI.Tests.Contract;

public sealed class OpenApiContractTests
{
    private const string Completion =
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",
        "logprobs":null,"message":{"role":"assistant","content":"Hi","refusal":null}}]}
        """;

    [Fact]
    public void Good_completion_has_no_errors() => Assert.Empty(Judge(Completion));

    [Theory]
    [InlineData("\"id\":\"c\",", "", "$: 'id' is required")]
    [InlineData("\"created\":1", "\"created\":\"1\"", "$.created: is string, not \"integer\"")]
    [InlineData("\"created\":1", "\"created\":1.5", "$.created: is number, not \"integer\"")]
    [InlineData("chat.completion", "text_completion", "$.object: \"text_completion\" is none of [\"chat.completion\"]")]
    [InlineData("\"index\":0", "\"index\":null", "$.choices[0].index: is null, not \"integer\"")]
    [InlineData("\"stop\"", "\"halt\"", "$.choices[0].finish_reason: \"halt\" is none of")]
    [InlineData("\"role\":\"assistant\",", "", "$.choices[0].message: 'role' is required")]
    [InlineData("}]}", "}]", "$: not JSON")]
    public void Broken_completion_is_told_with_its_place(string part, string replacement, string error)
    {
        var broken = Completion.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Completion, broken);
        Assert.Contains(Judge(broken), found => found.StartsWith(error, StringComparison.Ordinal));
    }

    [Fact]
    public void Error_status_that_the_document_leaves_out_is_judged_as_error_object()
    {
        var contract = Load();
        const string Good = """{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":null}}""";
        Assert.Empty(contract.Errors("POST", "/chat/completions", 404, Good));
        Assert.Equal(
            ["$: 'error' is required"],
            contract.Errors("POST", "/chat/completions", 404, """{"title":"Not Found","status":404}"""));
    }

    [Fact]
    public void Unknown_operation_is_refused()
    {
        var contract = Load();
        Assert.Throws<ArgumentException>(() => contract.Errors("POST", "/nowhere", 200, "{}"));
        Assert.Throws<ArgumentException>(() => contract.Errors("PUT", "/models", 200, "{}"));
        Assert.Throws<ArgumentException>(() => contract.Errors("GET", "/models", 204, "{}"));
    }

    [Fact]
    public void Missing_document_is_a_reason_to_skip_except_where_it_must_exist()
    {
        using var folder = new TempFolder();
        Assert.False(OpenApiContract.TryLoad(folder.Path, mustExist: false, out _, out var reason));
        Assert.Contains("openai/openapi.json", reason, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => OpenApiContract.TryLoad(folder.Path, mustExist: true, out _, out _));
    }

    internal static OpenApiContract Load()
    {
        if (!OpenApiContract.TryLoad(out var contract, out var reason))
        {
            Assert.Skip(reason);
        }

        return contract;
    }

    private static IReadOnlyList<string> Judge(string completion) =>
        Load().Errors("post", "/chat/completions", 200, completion);
}
