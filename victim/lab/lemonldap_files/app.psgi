# The portal, and beside it the two folders that its pages load from.

use strict;
use warnings;
use Lemonldap::NG::Portal::Main;
use Plack::App::File;
use Plack::Builder;

sub folder { Plack::App::File->new( root => shift )->to_app }

builder {
    mount '/static'     => folder('/usr/share/lemonldap-ng/portal/htdocs/static');
    mount '/javascript' => folder('/usr/share/javascript');
    mount '/'           => Lemonldap::NG::Portal::Main->run( {} );
};
