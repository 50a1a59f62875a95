using System.Text.Json;

namespace LlmGateway.Gateway.PreviousResponses;

/// <summary>What is known of a response that a request continues.</summary>
/// <param name="Id">The id that its provider gave it.</param>
/// <param name="Provider">The configured provider that answered; it may remember the response itself.</param>
/// <param name="Items">All that was said up to it, in order; null when any of it is not kept.</param>
/// <param name="IsTooLong">Whether the items are missing because there are too many.</param>
internal sealed record EarlierConversation(string Id, string? Provider, IReadOnlyList<JsonElement>? Items, bool IsTooLong);
