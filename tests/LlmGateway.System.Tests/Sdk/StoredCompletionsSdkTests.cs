using System.ClientModel;
using LlmGateway.TestKit;
using OpenAI.Chat;

namespace LlmGateway.System.Tests;

/// <summary>Stored completions by OpenAI's own package.</summary>
public abstract class StoredCompletionsSdkTests(RunningSystem gateway) : Scenario(gateway)
{
    private ChatClient Chat => Gateway.Sdk.GetChatClient("local/chat");

    [Fact]
    public async Task They_are_listed_by_metadata_over_several_pages_in_either_order()
    {
        var made = await StoreAsync("pages", 3);
        Assert.Equal(made, (await ListAsync("pages", ChatCompletionCollectionOrder.Ascending)).Select(one => one.Id));
        Assert.Equal(made.AsEnumerable().Reverse(), (await ListAsync("pages", ChatCompletionCollectionOrder.Descending)).Select(one => one.Id));
        Assert.Empty(await ListAsync("nothing has this", ChatCompletionCollectionOrder.Ascending));
    }

    [Fact]
    public async Task One_is_read_with_its_messages()
    {
        var id = (await StoreAsync("messages", 1))[0];
        ChatCompletion stored = await Chat.GetChatCompletionAsync(id, Cancel);
        Assert.NotEmpty(stored.Content[0].Text);
        Assert.True(stored.Usage.OutputTokenCount > 0);
        List<ChatCompletionMessageListDatum> messages = [];
        await foreach (var message in Chat.GetChatCompletionMessagesAsync(id, cancellationToken: Cancel))
        {
            messages.Add(message);
        }

        Assert.Equal(["Be brief.", "question 0"], messages.Select(message => message.Content));
    }

    [Fact]
    public async Task Its_metadata_can_be_replaced_and_found_by()
    {
        var id = (await StoreAsync("before", 1))[0];
        ChatCompletion changed = await Chat.UpdateChatCompletionAsync(id, new Dictionary<string, string> { ["suite"] = "after" }, Cancel);
        Assert.Equal(id, changed.Id);
        Assert.Equal([id], (await ListAsync("after", ChatCompletionCollectionOrder.Ascending)).Select(one => one.Id));
        Assert.Empty(await ListAsync("before", ChatCompletionCollectionOrder.Ascending));
    }

    [Fact]
    public async Task A_deleted_one_is_gone()
    {
        var id = (await StoreAsync("deleted", 1))[0];
        ChatCompletionDeletionResult result = await Chat.DeleteChatCompletionAsync(id, Cancel);
        Assert.True(result.Deleted);
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Chat.GetChatCompletionAsync(id, Cancel));
        Assert.Equal(404, error.Status);
        Assert.Empty(await ListAsync("deleted", ChatCompletionCollectionOrder.Ascending));
    }

    /// <summary>Ids in the order of the calls, once all of them are stored.</summary>
    private async Task<List<string>> StoreAsync(string suite, int count)
    {
        List<string> ids = [];
        for (var index = 0; index < count; index++)
        {
            ChatCompletion answer = await Chat.CompleteChatAsync(
                [new SystemChatMessage("Be brief."), new UserChatMessage($"question {index}")],
                new ChatCompletionOptions { StoredOutputEnabled = true, Metadata = { ["suite"] = suite } }, Cancel);
            ids.Add(answer.Id);
        }

        await Eventually.TrueAsync(
            async _ => (await ListAsync(suite, ChatCompletionCollectionOrder.Ascending)).Count == count, $"{count} stored completions");
        return ids;
    }

    private async Task<List<ChatCompletion>> ListAsync(string suite, ChatCompletionCollectionOrder order)
    {
        List<ChatCompletion> all = [];
        var options = new ChatCompletionCollectionOptions { PageSizeLimit = 2, Order = order, Metadata = { ["suite"] = suite } };
        await foreach (var completion in Chat.GetChatCompletionsAsync(options, Cancel))
        {
            all.Add(completion);
        }

        return all;
    }
}

[Collection<StandaloneShape>]
public sealed class StoredCompletionsSdkInStandalone(StandaloneFixture fixture) : StoredCompletionsSdkTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class StoredCompletionsSdkInServices(ServicesFixture fixture) : StoredCompletionsSdkTests(fixture.Gateway);
