package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gocloud.dev/blob/s3blob"

	"guichet/internal/document"
)

// bucketAnswer is how long object storage may take to answer at the start.
const bucketAnswer = 15 * time.Second

// openBlobs opens the store of files: a folder, or s3://bucket?region=…&endpoint=… in any S3-compatible store, whose
// credentials are where the AWS tools look for them (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role).
func openBlobs(ctx context.Context, where string) (document.Store, error) {
	if !strings.Contains(where, "://") {
		return document.OpenFolder(where)
	}
	u, err := bucketURL(where)
	if err != nil {
		return nil, err
	}
	bucket, err := (&s3blob.URLOpener{}).OpenBucketURL(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("GUICHET_BLOBS is wrong: %w", err)
	}
	asked, cancel := context.WithTimeout(ctx, bucketAnswer)
	defer cancel()
	there, err := bucket.IsAccessible(asked)
	switch {
	case err != nil:
		err = fmt.Errorf("the store of GUICHET_BLOBS does not answer: is it running, do AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY open it? %w", err)
	case !there:
		err = fmt.Errorf("the store of GUICHET_BLOBS has no bucket %q that these credentials open: create it, or name another", u.Host)
	default:
		return document.NewBucket(bucket), nil
	}
	return nil, errors.Join(err, bucket.Close())
}

// bucketURL reads the address of a bucket. A store at an address of its own is spoken to with the bucket in the path, unless
// the address says otherwise: few such stores have a host name for each bucket.
func bucketURL(where string) (*url.URL, error) {
	u, err := url.Parse(where)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Path != "" || u.User != nil {
		return nil, errors.New("GUICHET_BLOBS is wrong: name a folder, or write s3://bucket?region=eu-west-3, with &endpoint=https://… for a store of your own; credentials stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	q := u.Query()
	if q.Get("endpoint") != "" && !q.Has("use_path_style") {
		q.Set("use_path_style", "true")
	}
	u.RawQuery = q.Encode()
	return u, nil
}
