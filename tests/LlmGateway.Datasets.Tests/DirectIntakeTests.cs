using System.Net;
using LlmGateway.Contracts.Gateway;
using LlmGateway.TestKit;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Datasets.Tests;

/// <summary>The way into the store that a gateway in the same process takes.</summary>
public sealed class DirectIntakeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Calls _calls = new("proj_a");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_handed_over_is_stored_once_whichever_way_it_comes_again()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1");
        Assert.Equal(SinkAnswer.Stored, (await StoreAsync(host, frame)).Answer);
        Assert.Equal(SinkAnswer.Stored, (await StoreAsync(host, frame)).Answer);
        await host.StoreAsync(frame);
        Assert.Single((await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    [Fact]
    public async Task A_record_that_no_row_can_hold_is_refused_both_ways_and_the_next_one_is_taken()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var bad = BrokenFrames.WithoutProject(Frames.Encode(_calls.Chat("chatcmpl-1")).ToArray());
        Assert.Equal(SinkAnswer.Refused, (await host.Sink.StoreAsync(bad, TestContext.Current.CancellationToken)).Answer);
        var response = await host.SendAsync((byte[])[.. Frames.Encode(_calls.Chat("chatcmpl-2")).Span, .. bad]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("unstorable_record", (await response.JsonAsync()).GetProperty("error").Text("code"));

        Assert.Equal(SinkAnswer.Stored, (await StoreAsync(host, _calls.Chat("chatcmpl-3"))).Answer);
        Assert.Single((await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    [Fact]
    public async Task A_corrupt_frame_is_refused()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var bytes = Frames.Encode(_calls.Chat("chatcmpl-1")).ToArray();
        bytes[^1] ^= 1;
        Assert.Equal(SinkAnswer.Refused, (await host.Sink.StoreAsync(bytes, TestContext.Current.CancellationToken)).Answer);
    }

    [Fact]
    public async Task A_store_that_another_process_holds_is_unavailable_and_takes_the_batch_afterwards()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1");
        await using (var other = new SqliteConnection($"Data Source={_folder.File("datasets.db")};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var held = other.BeginTransaction();
            Assert.Equal(SinkAnswer.Unavailable, (await StoreAsync(host, frame)).Answer);
        }

        Assert.Equal(SinkAnswer.Stored, (await StoreAsync(host, frame)).Answer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(600)]
    [InlineData(100_000)]
    [InlineData(1 << 20)]
    public async Task Bodies_of_any_size_come_back_as_they_were(int length)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        foreach (var (name, text) in new[] { ("easy", new string('a', length)), ("hard", Noise(length)) })
        {
            await host.StoreAsync(_calls.Chat(name, request: text, response: $$"""{"text":"{{text[..Math.Min(length, (1 << 20) - 20)]}}"}"""));
            var call = await host.For("proj_a").GetJsonAsync($"/v1/inferences/{name}");
            Assert.Equal(length == 0 ? null : text, call.Text("request"));
            Assert.Equal(text[..Math.Min(length, (1 << 20) - 20)], call.GetProperty("response").Text("text"));
        }
    }

    [Fact]
    public async Task Empty_texts_are_not_stored_as_unknown_ones()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1", record => record with
        {
            EndUser = "",
            EpisodeId = null,
            Metadata = new Dictionary<string, string> { ["empty"] = "" },
        }));
        var call = await host.For("proj_a").GetJsonAsync("/v1/inferences/chatcmpl-1");
        Assert.Equal("", call.GetProperty("metadata").Text("empty"));
        Assert.Equal(("", null), (call.Text("end_user"), call.Text("episode_id")));
    }

    private static Task<SinkResult> StoreAsync(DatasetsHost host, params InferenceFrame[] batch) =>
        host.Sink.StoreAsync(Frames.Encode(batch), TestContext.Current.CancellationToken);

    private static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, static (span, random) =>
        {
            foreach (ref var character in span)
            {
                character = (char)random.Next('a', 'z' + 1);
            }
        });
    }
}
