using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Background : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "background_responses",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    KeyId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    StartedAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Tries = table.Column<int>(type: "integer", nullable: false),
                    CallId = table.Column<Guid>(type: "uuid", nullable: true),
                    ErrorCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ErrorMessage = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: true),
                    Status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    LeaseOwner = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    LeaseUntil = table.Column<long>(type: "bigint", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_background_responses", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "background_bodies",
                columns: table => new
                {
                    ResponseId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Request = table.Column<byte[]>(type: "bytea", nullable: true),
                    Headers = table.Column<string>(type: "text", nullable: true),
                    Resource = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_background_bodies", x => x.ResponseId);
                    table.ForeignKey(
                        name: "FK_background_bodies_background_responses_ResponseId",
                        column: x => x.ResponseId,
                        principalTable: "background_responses",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_background_responses_EndedAt",
                table: "background_responses",
                column: "EndedAt");

            migrationBuilder.CreateIndex(
                name: "IX_background_responses_ProjectId_Status",
                table: "background_responses",
                columns: new[] { "ProjectId", "Status" });

            migrationBuilder.CreateIndex(
                name: "IX_background_responses_Status_LeaseUntil",
                table: "background_responses",
                columns: new[] { "Status", "LeaseUntil" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "background_bodies");

            migrationBuilder.DropTable(
                name: "background_responses");
        }
    }
}
