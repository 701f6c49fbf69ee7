#!/bin/sh
# fetch_tessdata.sh FOLDER LANG…   Put Tesseract's data for the languages (eng, vie, …) into FOLDER, without being root:
# Debian's packages are downloaded and unpacked there. A language that cannot be had is named; that is no error.
set -u
folder=$1; shift
mkdir -p "$folder"
for language in "$@"; do
    [ -s "$folder/$language.traineddata" ] && continue
    scratch=$(mktemp -d)
    if (cd "$scratch" && { apt-get download -qq "tesseract-ocr-$language" || { apt-get update -qq && apt-get download -qq "tesseract-ocr-$language"; }; } &&
        dpkg-deb -x ./*.deb .) >"$scratch/log" 2>&1; then
        find "$scratch" -name "$language.traineddata" -exec cp {} "$folder/" \;
    else
        echo "ocrect: no Tesseract data for $language ($(tail -n 1 "$scratch/log")); its tests are skipped" >&2
    fi
    rm -rf "$scratch"
done
exit 0
