"""The upload page of applications (材料上传): papers go through it to the utility and stay nowhere on the way."""
