# S3 on loopback, each as http://access-key:secret-key@host:port/bucket; one that is set already is used as it is.
#   MLOPS_S3        the best there is: moto where it is installed, which keeps conditional headers; else the other one
#   MLOPS_S3_BASIC  s3rver, which knows access keys and ignores conditional headers, as some S3-compatible stores do
prepare_s3() {
    local package address
    if [ -z "${MLOPS_S3_BASIC:-}" ] && package=$(install_npm s3rver 3.7.1) && address=$(start s3rver node "$package/bin/s3rver.js" \
        -a 127.0.0.1 -p 0 -d "$results/servers/s3rver" --configure-bucket mlops-tests); then
        export MLOPS_S3_BASIC="http://S3RVER:S3RVER@${address#http://}/mlops-tests"
    fi
    if [ -z "${MLOPS_S3:-}" ] && python3 -c "import moto.server" 2>/dev/null && address=$(start moto python3 tests/servers/serve_moto.py -H 127.0.0.1 -p 0) &&
        curl -fsS -o /dev/null -X PUT "$address/mlops-tests"; then
        export MLOPS_S3="http://moto:moto@${address#http://}/mlops-tests"
    fi
    [ -n "${MLOPS_S3:-}" ] || [ -z "${MLOPS_S3_BASIC:-}" ] || export MLOPS_S3=$MLOPS_S3_BASIC
    [ -n "${MLOPS_S3_BASIC:-}" ] && echo "s3: s3rver at ${MLOPS_S3_BASIC#*@}" || unmet s3rver
    [ -n "${MLOPS_S3:-}" ] && echo "s3: the tests of one writer among many at ${MLOPS_S3#*@}" || unmet s3
}
