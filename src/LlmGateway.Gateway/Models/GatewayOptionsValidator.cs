using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Routes;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Models;

/// <summary>What the attributes cannot say: addresses, names, and aliases that lead nowhere. Each message names the key.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private static readonly string[] Reserved = ["prompt", "replay", "ft"];

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var errors = new List<string>();
        foreach (var (provider, settings) in options.Providers)
        {
            if (Reserved.Contains(provider) || provider.Contains('/', StringComparison.Ordinal) || provider.Length == 0)
            {
                errors.Add($"Gateway:Providers:{provider}: the name is reserved or holds a slash; choose another.");
            }

            if (!Uri.TryCreate(settings.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                errors.Add($"Gateway:Providers:{provider}:BaseUrl: '{settings.BaseUrl}' is not an http or https address.");
            }

            errors.AddRange(settings.Operations.Where(path => Operation.At(path) is null).Select(path =>
                $"Gateway:Providers:{provider}:Operations: there is no operation '{path}'; there are {string.Join(", ", Operation.All.Select(operation => operation.Path))}."));
        }

        RouteRules.Check(options, errors);
        CheckRanges(options.Cache, "Gateway:Cache", errors);
        CheckRanges(options.Shadows, "Gateway:Shadows", errors);
        CheckRanges(options.Batches, "Gateway:Batches", errors);
        CheckRanges(options.Batches.Leases, "Gateway:Batches:Leases", errors);
        CheckRanges(options.Retrieval, "Gateway:Retrieval", errors);
        CheckRanges(options.Prompts, "Gateway:Prompts", errors);

        CheckRanges(options.Guardrails, "Gateway:Guardrails", errors);
        foreach (var (webhook, settings) in options.Guardrails.Webhooks)
        {
            CheckRanges(settings, $"Gateway:Guardrails:Webhooks:{webhook}", errors);
            if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                errors.Add($"Gateway:Guardrails:Webhooks:{webhook}:Url: '{settings.Url}' is not an http or https address.");
            }
        }

        foreach (var (model, settings) in options.Models)
        {
            CheckRanges(settings, $"Gateway:Models:{model}", errors);
        }

        if (options.DefaultProvider is { } fallback && !options.Providers.ContainsKey(fallback))
        {
            errors.Add($"Gateway:DefaultProvider: there is no provider '{fallback}' under Gateway:Providers.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>The framework applies the attributes of the options themselves only, not those of sections inside.</summary>
    public static void CheckRanges(object section, string path, List<string> errors)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(section, new ValidationContext(section), results, validateAllProperties: true);
        errors.AddRange(results.Select(result => $"{path}:{result.MemberNames.FirstOrDefault()}: {result.ErrorMessage}"));
    }
}
