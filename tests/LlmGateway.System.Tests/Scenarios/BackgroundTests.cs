using System.ClientModel;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using OpenAI.Responses;

namespace LlmGateway.System.Tests;

/// <summary>Responses in the background as OpenAI's own package makes, polls and cancels them, whichever way the system was started.</summary>
public abstract class BackgroundTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private ResponsesClient Responses => Gateway.Sdk.GetResponsesClient();

    [Theory]
    [InlineData(RunningSystem.PricedModel)]
    [InlineData(RunningSystem.TranslatedModel)]
    [InlineData("local/chat")]
    public async Task The_official_package_makes_one_and_reads_it_at_any_gateway(string model)
    {
        ResponseResult queued = await Responses.CreateResponseAsync(Options(model, "What do foxes do?"), Cancel);
        Assert.Equal((ResponseStatus.Queued, true), (queued.Status, queued.BackgroundModeEnabled));
        var done = await UntilAsync(queued.Id, ResponseStatus.Completed);
        Assert.Equal(queued.Id, done.Id);
        Assert.NotEmpty(done.GetOutputText());

        var path = $"/v1/responses/{queued.Id}";
        var read = await Gateway.ClientOf(Gateway.Gateways[^1]).GetStringAsync(path, Cancel);
        SharedContract.AssertKept("GET", "/responses/{response_id}", 200, read);
        SharedContract.AssertKept("GET", "/responses/{response_id}/input_items", 200, await Http.GetStringAsync($"{path}/input_items", Cancel));
        Assert.Contains("event: response.completed", await Http.GetStringAsync($"{path}?stream=true&starting_after=1", Cancel), StringComparison.Ordinal);

        var next = Options(model, "And cats?");
        next.PreviousResponseId = queued.Id;
        ResponseResult continued = await Responses.CreateResponseAsync(next, Cancel);
        await UntilAsync(continued.Id, ResponseStatus.Completed);

        var parent = Guid.ParseExact(queued.Id["resp_bg_".Length..], "N");
        await Eventually.TrueAsync(
            async token => JsonElement.Parse(await Http.GetStringAsync($"/v1/inferences?purpose=background&parent_id={parent}", token)).GetProperty("data").GetArrayLength() == 1,
            "its one call in the log", Deadline, Cancel);
        ResponseDeletionResult deleted = await Responses.DeleteResponseAsync(queued.Id, cancellationToken: Cancel);
        Assert.True(deleted.Deleted);
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Responses.GetResponseAsync(queued.Id, cancellationToken: Cancel));
        Assert.Equal(404, error.Status);
    }

    [Fact]
    public async Task The_official_package_cancels_one_at_another_gateway_than_makes_it()
    {
        Gateway.Upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        ResponseResult queued = await Responses.CreateResponseAsync(Options(RunningSystem.PricedModel, "x"), Cancel);
        SharedContract.AssertKept("GET", "/responses/{response_id}", 200, await Http.GetStringAsync($"/v1/responses/{queued.Id}", Cancel));
        await Eventually.TrueAsync(() => ModelCalls.Count == 1, "the call", Deadline, Cancel);
        var cancelled = await PostAsync(Gateway.ClientOf(Gateway.Gateways[^1]), $"/v1/responses/{queued.Id}/cancel", "{}");
        SharedContract.AssertKept("POST", "/responses/{response_id}/cancel", 200, cancelled.GetRawText());
        await Eventually.TrueAsync(() => ModelCalls[0].IsAborted, "the call to be closed", Deadline, Cancel);
        ResponseResult again = await Responses.CancelResponseAsync(queued.Id, Cancel);
        Assert.Equal(ResponseStatus.Cancelled, again.Status);
        Assert.Single(ModelCalls);
    }

    [Fact]
    public async Task A_project_sees_its_own_only()
    {
        ResponseResult queued = await Responses.CreateResponseAsync(Options("local/chat", "x"), Cancel);
        await UntilAsync(queued.Id, ResponseStatus.Completed);
        var stranger = await JoinAsync("background-stranger");
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/input_items"), (HttpMethod.Post, "/cancel"), (HttpMethod.Delete, "") })
        {
            using var request = new HttpRequestMessage(method, $"/v1/responses/{queued.Id}{path}");
            using var answer = await stranger.SendAsync(request, Cancel);
            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    private async Task<ResponseResult> UntilAsync(string id, ResponseStatus status)
    {
        ResponseResult? response = null;
        await Eventually.TrueAsync(
            async token =>
            {
                response = await Responses.GetResponseAsync(id, cancellationToken: token);
                return response.Status != ResponseStatus.Queued && response.Status != ResponseStatus.InProgress;
            },
            "its end", Deadline, Cancel);
        Assert.Equal(status, response!.Status);
        return response;
    }

    private static CreateResponseOptions Options(string model, string input) =>
        new(model, [ResponseItem.CreateUserMessageItem(input)]) { BackgroundModeEnabled = true };
}

[Collection<StandaloneShape>]
public sealed class BackgroundInStandalone(StandaloneFixture fixture) : BackgroundTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class BackgroundInServices(ServicesFixture fixture) : BackgroundTests(fixture.Gateway);
