using LlmGateway.Gateway.Keys;

namespace LlmGateway.Hosts.Standalone;

/// <summary>What a person sees at the start: where it listens, the key, and a call to try.</summary>
internal static class Welcome
{
    public static void UseWelcome(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var address = app.Publish();
        var admin = app.Services.GetRequiredService<AdminKey>();
        System.Console.WriteLine($"""

            LlmGateway is ready.

              OpenAI base URL   {address}/v1
              Console           {address}/console
              API reference     {address}/scalar
              Admin key         {(admin.Path is null ? "as set in LLMGATEWAY_ADMIN_KEY" : $"{admin.Value}   (kept in {admin.Path})")}

            Try it:

              curl {address}/v1/chat/completions -H "Authorization: Bearer {(admin.Path is null ? "$LLMGATEWAY_ADMIN_KEY" : admin.Value)}" \
                -H "Content-Type: application/json" \
                -d '{Example}'

            """);
    });

    private const string Example = """{"model": "local/chat", "messages": [{"role": "system", "content": "Answer with one of these labels: refund, card_arrival, exchange_rate"}, {"role": "user", "content": "When will my card arrive?"}]}""";
}
