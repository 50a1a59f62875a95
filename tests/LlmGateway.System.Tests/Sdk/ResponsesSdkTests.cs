using System.ClientModel;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Responses;

namespace LlmGateway.System.Tests;

/// <summary>The responses API by OpenAI's own package.</summary>
public abstract class ResponsesSdkTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Model = "local/chat";
    private const string Labels = "Answer with one of these labels: refund, card_arrival, exchange_rate";

    private static readonly FunctionTool Weather = ResponseTool.CreateFunctionTool(
        "get_weather",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""),
        strictModeEnabled: true,
        "Get the weather of a city");

    private ResponsesClient Responses => Gateway.Sdk.GetResponsesClient();

    [Fact]
    public async Task A_response_has_its_text_and_usage()
    {
        ResponseResult response = await Responses.CreateResponseAsync(Options("When will my card arrive?", Labels), Cancel);
        Assert.Equal("card_arrival", response.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.True(response.Usage.InputTokenCount > 10);
        Assert.True(response.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task A_stream_gives_the_same_text_between_created_and_completed()
    {
        var updates = new List<StreamingResponseUpdate>();
        var options = Options("I want my money back, a refund", Labels);
        options.StreamingEnabled = true;
        await foreach (var update in await Responses.CreateResponseStreamingAsync(options, Cancel))
        {
            updates.Add(update);
        }

        Assert.IsType<StreamingResponseCreatedUpdate>(updates[0]);
        var completed = Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]);
        Assert.Equal(Enumerable.Range(0, updates.Count), updates.Select(update => update.SequenceNumber));
        Assert.Equal("refund", string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta)));
        Assert.Equal("refund", completed.Response.GetOutputText());
        Assert.True(completed.Response.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_output_answered_from()
    {
        var ask = Options("What is the weather in Paris?");
        ask.Tools.Add(Weather);
        ask.ToolChoice = ResponseToolChoice.CreateRequiredChoice();
        ResponseResult asked = await Responses.CreateResponseAsync(ask, Cancel);
        var call = Assert.Single(asked.OutputItems.OfType<FunctionCallResponseItem>());
        Assert.Equal("get_weather", call.FunctionName);
        using var arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Contains("Paris", arguments.RootElement.GetProperty("city").GetString(), StringComparison.Ordinal);

        var follow = Options("What is the weather in Paris?");
        follow.Tools.Add(Weather);
        follow.InputItems.Add(call);
        follow.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "It is sunny in Paris."));
        ResponseResult answer = await Responses.CreateResponseAsync(follow, Cancel);
        Assert.Contains("sunny", answer.GetOutputText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Structured_output_fits_its_schema()
    {
        var options = Options("I want a refund");
        options.TextOptions = new ResponseTextOptions
        {
            TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("ticket", BinaryData.FromString(
                """{"type":"object","properties":{"topic":{"type":"string","enum":["refund","card"]}},"required":["topic"],"additionalProperties":false}""")),
        };
        ResponseResult response = await Responses.CreateResponseAsync(options, Cancel);
        using var json = JsonDocument.Parse(response.GetOutputText());
        Assert.Equal("refund", json.RootElement.GetProperty("topic").GetString());
    }

    [Fact]
    public async Task An_answer_that_was_cut_by_its_token_limit_says_so()
    {
        var options = Options("Repeat the question in full, with all of its words, please");
        options.MaxOutputTokenCount = 16;
        ResponseResult response = await Responses.CreateResponseAsync(options, Cancel);
        Assert.Equal(ResponseStatus.Incomplete, response.Status);
        Assert.Equal(ResponseIncompleteStatusReason.MaxOutputTokens, response.IncompleteStatusDetails.Reason);
        Assert.Equal(16, response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task An_unknown_model_is_an_error_the_SDK_understands()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Responses.CreateResponseAsync("local/nothing", "hi", cancellationToken: Cancel));
        Assert.Equal(404, error.Status);
    }

    [Theory]
    [InlineData(Model)]
    [InlineData(RunningSystem.PricedModel)]
    [InlineData(RunningSystem.TranslatedModel)]
    public async Task A_response_is_continued_read_and_deleted(string model)
    {
        ResponseResult first = await Responses.CreateResponseAsync(new CreateResponseOptions(model, [ResponseItem.CreateUserMessageItem("first")]), Cancel);
        await KnownAsync(first.Id);
        ResponseResult second = await Responses.CreateResponseAsync(
            new CreateResponseOptions(model, [ResponseItem.CreateUserMessageItem("second")]) { PreviousResponseId = first.Id }, Cancel);

        await KnownAsync(second.Id);
        ResponseResult read = await Responses.GetResponseAsync(second.Id, cancellationToken: Cancel);
        Assert.Equal(second.GetOutputText(), read.GetOutputText());
        ResponseDeletionResult deleted = await Responses.DeleteResponseAsync(second.Id, cancellationToken: Cancel);
        Assert.True(deleted.Deleted);
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Responses.GetResponseAsync(second.Id, cancellationToken: Cancel));
        Assert.Equal(404, error.Status);
    }

    [Theory]
    [InlineData(RunningSystem.PricedModel)]
    [InlineData(RunningSystem.TranslatedModel)]
    public async Task A_stream_of_a_provider_gives_its_text_and_usage(string model)
    {
        var updates = new List<StreamingResponseUpdate>();
        var options = new CreateResponseOptions(model, [ResponseItem.CreateUserMessageItem("hi")]) { StreamingEnabled = true };
        await foreach (var update in await Responses.CreateResponseStreamingAsync(options, Cancel))
        {
            updates.Add(update);
        }

        var completed = Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]);
        Assert.Equal(Enumerable.Range(0, updates.Count), updates.Select(update => update.SequenceNumber));
        Assert.Equal(Gateway.Upstream.Script.Text, string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta)));
        Assert.Equal(Gateway.Upstream.Script.Text, completed.Response.GetOutputText());
        Assert.Equal((11, 7), (completed.Response.Usage.InputTokenCount, completed.Response.Usage.OutputTokenCount));
    }

    /// <summary>The gateway waits for a response's record, but not for a machine that stalls.</summary>
    private Task KnownAsync(string id) => Eventually.TrueAsync(
        async token =>
        {
            using var answer = await Http.GetAsync($"/v1/responses/{id}", token);
            return answer.IsSuccessStatusCode;
        },
        "the response to be known", cancellationToken: Cancel);

    private static CreateResponseOptions Options(string input, string? instructions = null) =>
        new(Model, [ResponseItem.CreateUserMessageItem(input)]) { Instructions = instructions };
}

[Collection<StandaloneShape>]
public sealed class ResponsesSdkInStandalone(StandaloneFixture fixture) : ResponsesSdkTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ResponsesSdkInServices(ServicesFixture fixture) : ResponsesSdkTests(fixture.Gateway);
