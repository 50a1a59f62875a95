using System.ComponentModel.DataAnnotations;
using LlmGateway.Retrieval.Sources.Http;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Sources;

/// <summary>Finds wrong connections when the service starts. Messages hold names of settings and no values, which may be secret.</summary>
internal sealed class SourceOptionsCheck : IValidateOptions<SourceOptions>
{
    public ValidateOptionsResult Validate(string? name, SourceOptions options)
    {
        List<string> failures = [];
        foreach (var (connection, settings) in options.Connections)
        {
            var key = $"{SourceOptions.Section}:{nameof(SourceOptions.Connections)}:{connection}";
            Check(failures, settings, key);
            if (settings.ConnectionString.Length > 0 && StoreConnection.TryParse(connection, settings.ConnectionString) is null)
            {
                failures.Add($"{key}:{nameof(SqlConnectionOptions.ConnectionString)} is no connection string of PostgreSQL or SQLite.");
            }
        }

        foreach (var (connection, settings) in options.HttpConnections)
        {
            var key = $"{SourceOptions.Section}:{nameof(SourceOptions.HttpConnections)}:{connection}";
            Check(failures, settings, key);
            CheckAddress(failures, settings, key);
            if (options.Connections.ContainsKey(connection))
            {
                failures.Add($"{key}: a connection of {nameof(SourceOptions.Connections)} has this name already.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckAddress(List<string> failures, HttpConnectionOptions settings, string key)
    {
        if (!Uri.TryCreate(settings.BaseAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || !address.AbsolutePath.EndsWith('/'))
        {
            failures.Add($"{key}:{nameof(settings.BaseAddress)} must be an absolute address of HTTP that ends with a slash.");
        }

        foreach (var parameter in PathTemplate.Names(settings.Path).Where(parameter => !settings.Parameters.ContainsKey(parameter)))
        {
            failures.Add($"{key}:{nameof(settings.Parameters)}:{parameter} is missing, and the path uses it.");
        }

        foreach (var (parameter, described) in settings.Parameters)
        {
            Check(failures, described, $"{key}:{nameof(settings.Parameters)}:{parameter}");
        }
    }

    private static void Check(List<string> failures, object settings, string key)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), found, validateAllProperties: true);
        failures.AddRange(found.Select(failure => $"{key}: {failure.ErrorMessage}"));
    }
}
