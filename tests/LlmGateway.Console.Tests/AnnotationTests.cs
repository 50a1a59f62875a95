using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class AnnotationTests(DemoSystem system)
{
    private const string Hostile = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">\u202E";
    private static readonly string[] Options = ["no", "with changes", "yes"];

    [Fact]
    public async Task Ten_items_are_annotated_by_keyboard_alone()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            var queue = await QueueAsync(http, new { name = "tone", rubric = "Would you send it?", return_type = new { type = "categorical", options = Options } }, items: 11);
            await using var window = await system.OpenAsync($"annotation/{queue}", key);
            var (page, keys, chosen) = (window.Page, window.Page.Keyboard, window.Page.Locator(".option.chosen"));

            await Expect(page.GetByText("Question 0")).ToBeVisibleAsync();
            await Expect(page.GetByText("\\u202E")).ToBeVisibleAsync();
            // Keys are heard a moment after the item is there.
            await Eventually.TrueAsync(
                async _ =>
                {
                    await keys.PressAsync("Enter");
                    return await page.GetByText("There is no answer yet").IsVisibleAsync();
                },
                "keys to be heard", cancellationToken: TestContext.Current.CancellationToken);
            await keys.PressAsync("s");
            for (var item = 1; item <= 10; item++)
            {
                await Expect(page.GetByText($"Question {item}", new() { Exact = false })).ToBeVisibleAsync();
                await keys.PressAsync("1");
                await Expect(chosen).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("no"));
                await keys.PressAsync("u");
                await Expect(chosen).ToHaveCountAsync(0);
                await keys.PressAsync(item % 2 == 0 ? "3" : "2");
                await Expect(chosen).ToHaveCountAsync(1);
                await (item == 5 ? CommentAsync(page) : Task.CompletedTask);
                await (item == 5 ? Task.CompletedTask : keys.PressAsync("Enter"));
                await Expect(page.GetByText($"{item} of 11 done")).ToBeVisibleAsync();
            }

            await Expect(page.GetByText("Nothing left for you")).ToBeVisibleAsync();
            await Expect(page).ToHaveTitleAsync("Annotation queue · LlmGateway");
            Assert.Empty(window.Complaints);
            Assert.Equal(
                ["–", "with changes", "yes", "with changes", "yes", "with changes: s u 1", "yes", "with changes", "yes", "with changes", "yes"],
                (await ResultsAsync(http, queue)).Select(Tell));
        }
    }

    [Fact]
    public async Task A_disagreement_is_decided_with_what_reviewers_said_in_sight()
    {
        var (key, http) = await system.NewProjectAsync();
        using (http)
        {
            var queue = await QueueAsync(http, new { name = "right?", return_type = new { type = "boolean" }, reviewers_per_item = 2 }, items: 2);
            foreach (var (reviewer, value) in new[] { ("ada", true), ("bob", false) })
            {
                var next = await DemoSystem.PostAsync(http, $"/v1/annotation_queues/{queue}/next", new { reviewer });
                await DemoSystem.PostAsync(http, $"/v1/annotation_queues/{queue}/items/{next.GetProperty("item").GetProperty("id").GetString()}/submit", new { reviewer, value, comment = Hostile });
            }

            await using var window = await system.OpenAsync($"annotation/{queue}?view=disagreements", key);
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Decide item-0" }).ClickAsync();
            await Expect(window.Page.GetByText("bob: no (<script>")).ToBeVisibleAsync();
            await window.Page.GetByLabel("yes").CheckAsync();
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Decide" }).ClickAsync();
            await Expect(window.Page.GetByText("There are none.")).ToBeVisibleAsync();
            Assert.Empty(window.Complaints);
            Assert.Equal(0, await window.OverflowAsync());
            Assert.True((await ResultsAsync(http, queue))[0].GetProperty("label").GetBoolean());
        }
    }

    [Fact]
    public async Task A_queue_is_made_with_a_form_that_says_what_is_wrong()
    {
        var (key, http) = await system.NewProjectAsync();
        http.Dispose();
        await using var window = await system.OpenAsync("annotation", key);
        await Expect(window.Page.GetByText("No queue yet")).ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Make a queue" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Invalid 'name'");
        await window.Page.GetByLabel("Name").FillAsync("by hand");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Review", Exact = true }).ClickAsync();
        await Expect(window.Page.GetByText("The queue is empty")).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
    }

    /// <summary>What is typed belongs to the field, whatever the keys stand for elsewhere.</summary>
    private static async Task CommentAsync(IPage page)
    {
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByLabel("Comment (optional)")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("s u 1");
        await page.Keyboard.PressAsync("Control+Enter");
    }

    private static async Task<string> QueueAsync(HttpClient http, object queue, int items)
    {
        var id = (await DemoSystem.PostAsync(http, "/v1/annotation_queues", queue)).GetProperty("id").GetString()!;
        var inline = Enumerable.Range(0, items).Select(item => new { id = $"item-{item}", input = $"Question {item} {Hostile}", output = new string('x', 1_000) }).ToArray();
        await DemoSystem.PostAsync(http, $"/v1/annotation_queues/{id}/items", new { source = new { type = "inline", items = inline } });
        return id;
    }

    private static async Task<IReadOnlyList<JsonElement>> ResultsAsync(HttpClient http, string queue) =>
        [.. JsonElement.Parse(await http.GetStringAsync($"/v1/annotation_queues/{queue}/results?limit=100", TestContext.Current.CancellationToken)).GetProperty("data").EnumerateArray()];

    private static string Tell(JsonElement result)
    {
        var answers = result.GetProperty("answers");
        return answers.GetArrayLength() == 0 ? "–"
            : $"{answers[0].GetProperty("value").GetString()}{(answers[0].TryGetProperty("comment", out var comment) && comment.GetString() is { } text ? $": {text}" : "")}";
    }
}
