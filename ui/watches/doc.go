// Package watches has the page of watches: what is watched for, who is told, and what was
// told when. It words the notices that the desktop shows, too.
package watches
