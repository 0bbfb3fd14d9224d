//! What one log tells of why a spawn was no hit, without another one to compare it with. It must
//! not know what two logs tell.

use super::collect::Collect;
use super::model::{Cause, State};

// Bazel's `cacheable` and `remoteCacheable` say what `Spawns.mayBeCached` and `mayBeCachedRemotely`
// make of execution requirements; `TestAction.shouldAcceptCachedResult` is when a test gets `no-cache`.

/// Gives a cause to the spawns of the last log that have none and were no hits.
pub fn causes(page: &mut Collect) {
    page.rest(
        State::Miss,
        cause(
            "In no cache",
            "Shared spawns that ran. Why their actions were not in the cache is told by the log \
             of the build that should have put them there: `lre report A B` with both.",
        ),
    );
    page.rest(
        State::Uncacheable,
        cause(
            "May not be cached",
            "Bazel runs these in every build that needs them. Either the target's tags or the \
             rule's execution requirements have `no-cache` or `local`; or it is a test of which \
             no result is taken: --nocache_test_results, --runs_per_test, the tag `external`.",
        ),
    );
    page.rest(
        State::LocalOnly,
        cause(
            "May be cached on this machine only",
            "The target's tags or the rule's execution requirements have `no-remote-cache` or \
             `no-remote`, so that the remote cache is not asked.",
        ),
    );
}

fn cause(title: &str, advice: &str) -> Cause {
    Cause {
        title: title.to_owned(),
        advice: advice.to_owned(),
        ..Cause::default()
    }
}
