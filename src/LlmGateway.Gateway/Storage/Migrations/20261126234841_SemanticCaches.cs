using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SemanticCaches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "semantic_cache_entries",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CacheId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Partition = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PromptId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    PromptVersion = table.Column<int>(type: "INTEGER", nullable: true),
                    Question = table.Column<string>(type: "TEXT", nullable: false),
                    Answer = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Embedding = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Dimensions = table.Column<int>(type: "INTEGER", nullable: false),
                    InferenceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_entries", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "semantic_cache_pairs",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CacheId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Partition = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Similarity = table.Column<double>(type: "REAL", nullable: false),
                    Same = table.Column<bool>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    CostNanoUsd = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_pairs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "semantic_cache_partitions",
                columns: table => new
                {
                    CacheId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Deployment = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    PromptId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    PromptVersion = table.Column<int>(type: "INTEGER", nullable: true),
                    Threshold = table.Column<double>(type: "REAL", nullable: true),
                    Hits = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_cache_partitions", x => new { x.CacheId, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "semantic_caches",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Policy = table.Column<string>(type: "TEXT", nullable: false),
                    Dimensions = table.Column<int>(type: "INTEGER", nullable: false),
                    TunedThreshold = table.Column<double>(type: "REAL", nullable: true),
                    Generation = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_semantic_caches", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_CacheId_LastUsedAt",
                table: "semantic_cache_entries",
                columns: new[] { "CacheId", "LastUsedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_CacheId_Partition",
                table: "semantic_cache_entries",
                columns: new[] { "CacheId", "Partition" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_entries_ExpiresAt",
                table: "semantic_cache_entries",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_semantic_cache_pairs_CacheId_Id",
                table: "semantic_cache_pairs",
                columns: new[] { "CacheId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_semantic_caches_ProjectId",
                table: "semantic_caches",
                column: "ProjectId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "semantic_cache_entries");

            migrationBuilder.DropTable(
                name: "semantic_cache_pairs");

            migrationBuilder.DropTable(
                name: "semantic_cache_partitions");

            migrationBuilder.DropTable(
                name: "semantic_caches");
        }
    }
}
