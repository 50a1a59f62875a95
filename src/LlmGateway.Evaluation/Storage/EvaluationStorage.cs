using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Evaluation.Storage;

/// <summary>Where evals and runs are kept: <c>ConnectionStrings:evaluation</c>, by default a file in the data folder.</summary>
internal static class EvaluationStorage
{
    public static void AddEvaluationStorage(this IHostApplicationBuilder builder)
    {
        var connection = StoreConnection.Read(builder.Configuration, EvaluationService.ConnectionName);
        if (connection.IsPostgres)
        {
            builder.Services.AddDbContext<EvaluationDbContext, PostgresEvaluationDbContext>(options => options.UseNpgsql(connection.Value));
        }
        else
        {
            builder.Services.TryAddSingleton<SqliteConnectionSettings>();
            builder.Services.AddDbContext<EvaluationDbContext, SqliteEvaluationDbContext>((services, options) => options
                .UseSqlite(connection.Value)
                .AddInterceptors(services.GetRequiredService<SqliteConnectionSettings>()));
        }

        builder.Services.AddStoreMigration<EvaluationDbContext>(connection);
    }
}
