using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests.Stores;

public sealed class EmbeddedInferenceWriterTests : InferenceWriterTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresInferenceWriterTests : InferenceWriterTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What each store promises of a batch.</summary>
public abstract class InferenceWriterTests : IAsyncLifetime
{
    private readonly Calls _calls = new("proj_a");
    private TestStore _store = null!;
    private DatasetsHost _host = null!;

    private IInferenceWriter Writer => _host.Service<IInferenceWriter>();

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        _host = await _store.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_batch_that_comes_twice_is_stored_once()
    {
        var batch = Many(3);
        Assert.Equal(3, await StoreAsync(batch));
        Assert.Equal(0, await StoreAsync(batch));
        Assert.Equal(3, (await IdsAsync()).Length);
    }

    [Fact]
    public async Task Of_a_batch_that_is_half_new_the_new_half_is_stored()
    {
        var old = Many(3);
        await StoreAsync(old);
        Assert.Equal(2, await StoreAsync([old[2], .. Many(2), old[0]]));
        Assert.Equal(5, (await IdsAsync()).Length);
    }

    [Fact]
    public async Task A_call_that_is_twice_in_one_batch_is_stored_once_as_it_came_first()
    {
        var first = _calls.Chat("chatcmpl-first");
        var second = first with { Record = first.Record with { BodyId = "chatcmpl-second" } };
        Assert.Equal(1, await StoreAsync([first, second]));
        Assert.Equal("chatcmpl-first", (await FindAsync(first)).Text("body_id"));
    }

    [Fact]
    public async Task A_call_that_comes_again_otherwise_changes_neither_its_bodies_nor_its_metadata()
    {
        var call = Tagged(_calls.Chat("chatcmpl-1"), ("team", "red"));
        await StoreAsync([call]);
        var other = Tagged(_calls.Chat("chatcmpl-1", request: """{"changed":true}"""), ("team", "blue"), ("more", "yes"));
        Assert.Equal(0, await StoreAsync([other with { Record = other.Record with { Id = call.Record.Id } }]));

        var found = await FindAsync(call);
        Assert.Equal("fast", found.GetProperty("request").Text("model"));
        Assert.Equal("""{"team":"red"}""", found.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task Text_with_every_character_there_is_comes_back_and_only_NUL_may_be_replaced()
    {
        const string Text = "a\0b\uFFFF \"'\\ \u0001 grüß 👋 \uFFFD";
        var call = Tagged(_calls.Chat("chatcmpl-1", record => record with { EndUser = Text, EpisodeId = "\0" }), ("odd", Text));
        await StoreAsync([call]);
        var found = await FindAsync(call);
        foreach (var text in new[] { found.Text("end_user"), found.GetProperty("metadata").Text("odd") })
        {
            Assert.Equal(Text.Replace('\0', '\uFFFD'), text!.Replace('\0', '\uFFFD'));
        }
    }

    [Fact]
    public async Task No_id_is_too_odd_to_be_stored_and_found()
    {
        Guid[] ids = [Guid.Empty, Guid.AllBitsSet, new("8f14e45f-ceea-467f-a3d5-0b1c2d3e4f50"), Calls.NextId()];
        Assert.Equal(4, await StoreAsync([.. ids.Select(id => _calls.Chat("chatcmpl-1", record => record with { Id = id }))]));
        foreach (var id in ids)
        {
            Assert.Equal(id.ToString(), (await _host.For("proj_a").GetJsonAsync($"/v1/inferences/{id}")).Text("id"));
        }
    }

    [Fact]
    public async Task A_mirrored_call_is_found_by_its_shadow_and_its_original_with_the_prompt_that_it_was_made_from()
    {
        var original = _calls.Chat("chatcmpl-1", record => record with { Prompt = new InferencePrompt("prompt_1", 2, "production", """{"tone":"kind"}""") { Messages = 3 } });
        var mirrored = _calls.Chat("chatcmpl-2", record => record with { Purpose = "shadow", ParentId = original.Record.Id, Step = "mini" });
        await StoreAsync([original, mirrored, _calls.Chat("chatcmpl-3", record => record with { Purpose = "shadow", Step = "other" })]);
        Assert.Equal([$"{mirrored.Record.Id}"], (await _host.For("proj_a").GetJsonAsync("/v1/inferences?purpose=shadow&step=mini")).Ids());
        Assert.Equal([$"{mirrored.Record.Id}"], (await _host.For("proj_a").GetJsonAsync($"/v1/inferences?parent_id={original.Record.Id}")).Ids());
        Assert.Equal(
            """{"id":"prompt_1","version":2,"label":"production","variables":{"tone":"kind"},"messages":3}""",
            (await FindAsync(original)).GetProperty("prompt").GetRawText());
    }

    [Fact]
    public async Task Without_bodies_there_is_no_row_of_bodies()
    {
        var refused = _calls.Chat("chatcmpl-1", record => record with { BodiesKept = false });
        var empty = new InferenceFrame(_calls.Chat("chatcmpl-2").Record, default, default);
        await StoreAsync([refused, empty, _calls.Chat("chatcmpl-3")]);
        await using var scope = _host.Service<IServiceScopeFactory>().CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        Assert.Equal(1, await context.Bodies.CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, await context.Inferences.CountAsync(row => row.BodiesKept, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_writers_with_batches_that_overlap_store_each_call_once_whatever_their_order()
    {
        var all = Many(400);
        for (var round = 0; round < 10; round++)
        {
            var fresh = Many(100);
            InferenceFrame[] backwards = [.. fresh.Reverse(), .. all];
            InferenceFrame[] forwards = [.. all, .. fresh];
            var stored = await Task.WhenAll(Task.Run(() => StoreAsync(forwards)), Task.Run(() => StoreAsync(backwards)), Task.Run(() => StoreAsync(fresh)));
            Assert.Equal(round == 0 ? 500 : 100, stored.Sum());
        }
    }

    [Fact]
    public async Task Of_many_batches_at_once_only_the_one_with_a_record_that_no_row_can_hold_fails()
    {
        var bad = _calls.Chat("chatcmpl-bad", record => record with { ProjectId = null! });
        var good = Enumerable.Range(0, 12).Select(_ => Many(5)).ToArray();
        var stored = good.Select(batch => Task.Run(() => StoreAsync(batch))).ToList();
        var refused = Task.Run(() => StoreAsync([.. Many(1), bad]));
        stored.AddRange(good.Select(batch => Task.Run(() => StoreAsync(batch))));

        Assert.Equal(60, (await Task.WhenAll(stored)).Sum());
        Assert.True(StoreFaults.IsOfTheData(await Assert.ThrowsAnyAsync<Exception>(() => refused)));
        Assert.Equal(60, (await IdsAsync()).Length);
    }

    [Fact]
    public async Task A_record_that_no_row_can_hold_is_refused_with_its_batch_and_leaves_nothing_behind()
    {
        byte[] bad = [.. Frames.Encode(_calls.Chat("chatcmpl-1")).Span, .. BrokenFrames.WithoutProject(Frames.Encode(_calls.Chat("chatcmpl-2")).ToArray())];
        Assert.Equal(SinkAnswer.Refused, (await _host.Sink.StoreAsync(bad, TestContext.Current.CancellationToken)).Answer);
        Assert.Equal(1, await StoreAsync(Many(1)));
        Assert.Single(await IdsAsync());
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private InferenceFrame[] Many(int count) => [.. Enumerable.Range(0, count).Select(number => _calls.Chat($"chatcmpl-{number}"))];

    private static InferenceFrame Tagged(InferenceFrame frame, params (string Key, string Value)[] pairs) =>
        frame with { Record = frame.Record with { Metadata = pairs.ToDictionary(pair => pair.Key, pair => pair.Value) } };

    private Task<int> StoreAsync(IReadOnlyList<InferenceFrame> batch) => Writer.StoreAsync(batch, TestContext.Current.CancellationToken);

    private Task<System.Text.Json.JsonElement> FindAsync(InferenceFrame frame) => _host.For("proj_a").GetJsonAsync($"/v1/inferences/{frame.Record.Id}");

    private async Task<string[]> IdsAsync() => (await _host.For("proj_a").GetJsonAsync("/v1/inferences?limit=100")).Ids();
}
