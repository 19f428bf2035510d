# The .NET SDK that global.json asks for.
prepare_dotnet() {
    dotnet --version >/dev/null 2>&1 || install dotnet-sdk-10.0
    echo "dotnet: $(dotnet --version 2>/dev/null || echo missing)"
}
