using LlmGateway.Console.Tests.Browsing;
using LlmGateway.TestKit.Hosts;

namespace LlmGateway.Console.Tests;

/// <summary>The console in its own process behind a gateway, whose other services are all away.</summary>
public sealed class ForwardedConsoleTests(DemoSystem system) : IAsyncLifetime
{
    private const string InternalKey = "0123456789abcdef0123456789abcdef";
    private readonly TempFolder _gatewayData = new();
    private readonly TempFolder _consoleData = new();
    private HostProcess _gateway = null!;
    private HostProcess _console = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = new HostProcess("Gateway.Host", _gatewayData.Path);
        _console = new HostProcess("Console.Host", _consoleData.Path);
        _gateway.Environment["Services__InternalKey"] = InternalKey;
        _gateway.Environment["services__console__http__0"] = _console.BaseUrl.ToString();
        foreach (var service in (string[])["datasets", "evaluation", "fine-tuning", "retrieval"])
        {
            _gateway.Environment[$"services__{service}__http__0"] = $"http://127.0.0.1:{FreePort.Next()}";
        }

        _console.Environment["services__gateway__http__0"] = _gateway.BaseUrl.ToString();
        await Task.WhenAll(_gateway.StartAsync(), _console.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        await _gateway.DisposeAsync();
        _gatewayData.Dispose();
        _consoleData.Dispose();
    }

    [Fact]
    public async Task A_service_that_is_down_says_so_in_its_part_and_the_rest_works()
    {
        await using var window = await system.NewWindowAsync(address: _gateway.BaseUrl);
        await window.SignInAsync(HostProgram.AdminKey);
        foreach (var page in (string[])["datasets", "evals", "fine-tuning", "retrieval"])
        {
            await window.GoAsync(page);
            await Expect(window.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("The service behind this resource is away");
        }

        await window.GoAsync("prompts");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }
}
