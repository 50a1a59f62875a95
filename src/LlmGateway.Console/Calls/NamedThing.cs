namespace LlmGateway.Console.Calls;

/// <summary>Something to choose from a list by its name.</summary>
public sealed record NamedThing(string Id, string Name);
