"""Pure stops of an item's walk: normalize, match, tag, key, decide, score, group into stories."""
