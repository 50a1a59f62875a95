using System.Net;
using LlmGateway.Console.Tests.Browsing;
using LlmGateway.TestKit.Hosts;

namespace LlmGateway.Console.Tests.Sessions;

public sealed class SigningInTests(DemoSystem system)
{
    [Fact]
    public async Task A_page_asks_to_sign_in_and_comes_back_after_it()
    {
        await using var window = await system.NewWindowAsync();
        await window.Page.GotoAsync("/console/calls?status=failed");
        await window.Page.GetByLabel("API key").FillAsync(HostProgram.AdminKey);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page).ToHaveURLAsync(new Uri(system.BaseUrl, "/console/calls?status=failed").ToString());
        await Expect(window.Heading).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("sk-lg-wrong")]
    [InlineData("'; drop table api_keys; --<script>alert(1)</script>")]
    public async Task A_wrong_key_is_told_so(string key)
    {
        await using var window = await system.NewWindowAsync();
        await window.Page.GotoAsync("/console/sign-in");
        await window.Page.GetByLabel("API key").FillAsync(key);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");
        Assert.Equal("", await window.Page.GetByLabel("API key").InputValueAsync());
    }

    [Fact]
    public async Task A_key_that_is_revoked_ends_the_pages_that_it_opened()
    {
        var (key, http) = await system.NewProjectAsync("data");
        using (http)
        {
            await using var window = await system.OpenAsync("datasets", key);
            using var current = await http.GetAsync("/v1/keys/current", TestContext.Current.CancellationToken);
            var id = System.Text.Json.JsonElement.Parse(await current.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
            using var revoked = await system.Http.DeleteAsync($"/v1/keys/{id}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Calls", Exact = true }).ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your session has ended");
            Assert.Contains("returnTo=%2Fcalls", window.Page.Url);
        }
    }

    [Fact]
    public async Task Who_signed_out_is_out()
    {
        await using var window = await system.NewWindowAsync();
        await window.SignInAsync(HostProgram.AdminKey);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(window.Page.GetByLabel("API key")).ToBeVisibleAsync();
        await window.Page.GotoAsync("/console/calls");
        await Expect(window.Page.GetByLabel("API key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_a_key_lacks_is_said_and_the_rest_works()
    {
        var (key, http) = await system.NewProjectAsync("inference");
        http.Dispose();
        await using var window = await system.OpenAsync("datasets", key);
        await Expect(window.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("data");
        await window.GoAsync("playground");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }
}
