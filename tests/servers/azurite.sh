# Azure Blob Storage on loopback: Azurite. Exports MLOPS_AZURITE, a connection string; one that is set already is used as it is.
prepare_azurite() {
    [ -n "${MLOPS_AZURITE:-}" ] && echo "azurite: as MLOPS_AZURITE says" && return
    local package address key
    key=$(head -c 64 /dev/urandom | base64 | tr -d '\n')
    if package=$(install_npm azurite 3.37.0) && address=$(AZURITE_ACCOUNTS="mlopstests:$key" start azurite node "$package/dist/src/blob/main.js" \
        --blobHost 127.0.0.1 --blobPort 0 --location "$results/servers/azurite" --disableTelemetry --skipApiVersionCheck --silent); then
        export MLOPS_AZURITE="DefaultEndpointsProtocol=http;AccountName=mlopstests;AccountKey=$key;BlobEndpoint=$address/mlopstests;"
        echo "azurite: 3.37.0 at $address"
    else
        unmet azurite
    fi
}
