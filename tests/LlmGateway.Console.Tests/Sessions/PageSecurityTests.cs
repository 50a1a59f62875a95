using System.Net;
using System.Text.RegularExpressions;
using LlmGateway.Console.Tests.Browsing;
using LlmGateway.TestKit.Hosts;

namespace LlmGateway.Console.Tests.Sessions;

/// <summary>What a browser, and somebody without one, gets of the console.</summary>
public sealed partial class PageSecurityTests(DemoSystem system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/calls")]
    [InlineData("/console/no-such-page")]
    public async Task Without_a_session_there_is_no_page(string path)
    {
        using var http = Anonymous();
        using var response = await http.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/console/sign-in", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "POST", "/console/sign-in")]
    [InlineData("null", "POST", "/console/sign-in")]
    [InlineData("http://elsewhere.example", "GET", "/console/_blazor?id=x")]
    public async Task What_another_sites_page_sends_is_refused(string origin, string method, string path)
    {
        using var http = Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", origin);
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_form_that_nobody_would_send_is_not_read()
    {
        using var http = Anonymous();
        using var response = await http.PostAsync("/console/sign-in", new FormUrlEncodedContent([new("key", new string('x', 1 << 20))]), Cancellation);
        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Theory]
    [InlineData("/console/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/console/_blazor/disconnect")]
    [InlineData("/console/calls")]
    public async Task Without_a_session_nothing_is_taken(string path)
    {
        using var http = Anonymous();
        using var response = await http.PostAsync(path, null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/console/sign-in")]
    [InlineData("/console/sign-out")]
    public async Task A_form_of_another_site_is_refused(string path)
    {
        using var http = Anonymous();
        using var form = new FormUrlEncodedContent([new("key", HostProgram.AdminKey)]);
        using var response = await http.PostAsync(path, form, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key == "Set-Cookie" && header.Value.Any(cookie => cookie.StartsWith("llmgateway-console", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_our_own_scripts_run_and_nobody_frames_us()
    {
        using var http = Anonymous();
        using var response = await http.GetAsync("/console/sign-in", Cancellation);
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task The_cookie_is_out_of_scripts_reach_and_the_key_in_no_page()
    {
        await using var window = await system.OpenAsync();
        var cookie = Assert.Single(await window.Page.Context.CookiesAsync(), cookie => cookie.Name == "llmgateway-console");
        Assert.Equal((true, SameSiteAttribute.Strict, "/console"), (cookie.HttpOnly, cookie.SameSite, cookie.Path));
        Assert.DoesNotContain(HostProgram.AdminKey, await window.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(HostProgram.AdminKey, cookie.Value, StringComparison.Ordinal);
        Assert.Equal(0, await window.Page.EvaluateAsync<int>("() => Object.values(localStorage).concat(Object.values(sessionStorage)).filter(value => value.includes('sk-lg')).length"));
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    public async Task A_browser_that_came_by_https_to_whoever_passes_it_on_sends_the_cookie_by_https_alone(string scheme, bool isSecure)
    {
        using var http = Anonymous();
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        using var page = await http.GetAsync("/console/sign-in", Cancellation);
        var token = AntiforgeryField().Match(await page.Content.ReadAsStringAsync(Cancellation)).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-in")
        {
            Content = new FormUrlEncodedContent([new("key", HostProgram.AdminKey), new("__RequestVerificationToken", token)]),
        };
        request.Headers.Add("Cookie", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));

        using var response = await http.SendAsync(request, Cancellation);

        var session = Assert.Single(response.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("llmgateway-console=", StringComparison.Ordinal));
        Assert.Equal(isSecure, session.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    private HttpClient Anonymous()
    {
        // Skips where there is no browser, because then there is no system either.
        if (Chromium.Find(out var reason) is null)
        {
            Assert.Skip(reason!);
        }

        return new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = system.BaseUrl };
    }
}
