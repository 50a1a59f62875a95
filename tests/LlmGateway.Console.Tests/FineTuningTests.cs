using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;

namespace LlmGateway.Console.Tests;

public sealed class FineTuningTests(DemoSystem system)
{
    private static readonly string[] Labels = ["card", "refund", "rate", "loan"];

    [Fact]
    public async Task A_job_is_looked_at_then_approved_and_its_losses_come_live()
    {
        var (key, http) = await system.NewProjectAsync("admin");
        using (http)
        {
            await UploadAsync(http);
            await using var window = await system.OpenAsync("fine-tuning/new", key);
            var page = window.Page;
            await Expect(page.GetByText("A file with the purpose fine-tune")).ToBeVisibleAsync();
            await page.GetByLabel("Training file").ClickAsync(new() { Force = true });
            await page.GetByText("examples.jsonl").First.ClickAsync();
            await page.GetByLabel("Epochs").FillAsync("50");
            await page.GetByRole(AriaRole.Button, new() { Name = "Look at the data" }).ClickAsync();

            await Expect(page.GetByText("requires approval")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Training 4,000" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

            // The page was opened before there was any: nobody loads it again.
            await Expect(page.Locator("figcaption").First).ToContainTextAsync("Training:", new() { Timeout = 60_000 });
            await Expect(page.Locator(".badge").First).ToHaveTextAsync("succeeded", new() { Timeout = 120_000 });
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "ft:chat:" })).ToBeVisibleAsync();
            Assert.Empty(window.Complaints);
        }
    }

    [Fact]
    public async Task The_demos_job_shows_its_curves_its_data_and_how_much_better_it_became()
    {
        var job = JsonElement.Parse(await system.Http.GetStringAsync("/v1/fine_tuning/jobs?limit=1", TestContext.Current.CancellationToken)).GetProperty("data")[0].GetProperty("id").GetString();
        await using var window = await system.OpenAsync($"fine-tuning/{job}");
        await Expect(window.Page.GetByRole(AriaRole.Img, new() { Name = "Loss by step. Training: from" })).ToBeVisibleAsync();
        await Expect(window.Page.Locator(".badge", new() { HasText = "better" })).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "duplicates" })).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        Assert.Equal(0, await window.OverflowAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_key_without_the_scope_is_told_which_it_lacks()
    {
        var (key, http) = await system.NewProjectAsync("inference");
        http.Dispose();
        await using var window = await system.OpenAsync("fine-tuning", key);
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your key may not see the fine-tuning jobs.");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("data");
    }

    private static async Task UploadAsync(HttpClient http)
    {
        var lines = Enumerable.Range(0, 4_000).Select(line => JsonSerializer.Serialize(new
        {
            messages = new[] { new { role = "user", content = $"Question {line} about my {Labels[line % Labels.Length]}" }, new { role = "assistant", content = Labels[line % Labels.Length] } },
        }));
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
        using var form = new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" }, { file, "file", "examples.jsonl" } };
        using var response = await http.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
