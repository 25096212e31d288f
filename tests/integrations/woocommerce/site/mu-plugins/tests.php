<?php
// A test says when actions run: the shop's own pages do not have them run by themselves.
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );
