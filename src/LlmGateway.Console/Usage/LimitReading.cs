using LlmGateway.Console.Api;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Usage;

/// <summary>Limits with what was used of them, which the API tells of one limit at a time.</summary>
internal static class LimitReading
{
    /// <summary>Subjects of a limit that are looked at; a limit by end user may have any number.</summary>
    private const int Subjects = 100;

    /// <exception cref="GatewayException">As of the API.</exception>
    public static async Task<ListPage<Limit>> ReadAsync(this GatewayApi api, int limits, string? after, CancellationToken cancellationToken)
    {
        var page = await api.GetAsync<ListPage<Limit>>($"/v1/limits?limit={limits}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", cancellationToken);
        var full = new List<Limit>();
        foreach (var limit in page.Data)
        {
            full.Add(await api.GetAsync<Limit>($"/v1/limits/{limit.Id}?limit={Subjects}", cancellationToken));
        }

        return page with { Data = full };
    }
}
