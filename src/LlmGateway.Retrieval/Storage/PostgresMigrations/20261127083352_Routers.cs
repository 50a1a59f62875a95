using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Retrieval.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Routers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "retrieval_routers",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    routes = table.Column<string>(type: "text", nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    report = table.Column<string>(type: "text", nullable: true),
                    created_at_micros = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_routers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "retrieval_router_data",
                columns: table => new
                {
                    router_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    classifier = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_router_data", x => x.router_id);
                    table.ForeignKey(
                        name: "FK_retrieval_router_data_retrieval_routers_router_id",
                        column: x => x.router_id,
                        principalTable: "retrieval_routers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_routers_project_id_created_at_micros_id",
                table: "retrieval_routers",
                columns: new[] { "project_id", "created_at_micros", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "retrieval_router_data");

            migrationBuilder.DropTable(
                name: "retrieval_routers");
        }
    }
}
